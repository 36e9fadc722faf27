"""Writes what of the chart follows from other files: README.md from the comments of values.yaml, and the part of
values.schema.json that knows the binary's settings from the default.toml files of the code.

    generate.py           writes both
    generate.py --check   exit code 1 when one of them is not what would be written
"""

import json
import re
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts/tepat"

# Settings that the chart sets itself, from other values: nobody can set them twice. A star stands for one name.
CHART_SETS = {
    "listen.address", "listen.drain_ms", "admin.address", "log.format", "keys.folder",
    "stores.membership", "stores.accounts", "stores.disbursement", "stores.owner", "stores.connections_max",
    "telemetry.endpoint", "telemetry.kept_per_thousand", "peers.*.address",
    "accounts.claim_key", "accounts.claim_key_file", "disbursement.packages_folder",
    "accounts.redis.mode", "accounts.redis.addresses", "accounts.redis.master",
    "accounts.redis.username", "accounts.redis.password_file",
    "accounts.redis.sentinel_username", "accounts.redis.sentinel_password_file",
    "accounts.redis.tls", "accounts.redis.tls_ca_file",
}  # fmt: skip

TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}


def default_settings():
    """Every setting of every binary with its default, as one tree."""
    tree = {}
    files = sorted(path for top in ("crates", "services") for path in (ROOT / top).rglob("*default.toml"))
    for path in files:
        graft(tree, tomllib.loads(path.read_text()))
    return tree


def graft(tree, more):
    for key, value in more.items():
        if isinstance(value, dict):
            graft(tree.setdefault(key, {}), value)
        else:
            tree[key] = value


def is_chart_s(path):
    star = ".".join("*" if at == 1 else name for at, name in enumerate(path))
    return ".".join(path) in CHART_SETS or star in CHART_SETS


def schema_of(table, path=()):
    """The closed schema of a section; an empty one is open, as it is for the binary."""
    if not table:
        return {"type": "object"}
    properties = {}
    for key, value in sorted(table.items()):
        here = (*path, key)
        if isinstance(value, dict):
            section = schema_of(value, here)
            if section.get("properties") != {}:
                properties[key] = section
        elif not is_chart_s(here):
            properties[key] = {"type": TYPES[type(value)]}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def schema():
    whole = json.loads((CHART / "values.schema.json").read_text())
    whole["$defs"]["settings"] = schema_of(default_settings())
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def described(lines):
    """Path and description of each key that has a comment `# --` above it, in the order of the file."""
    above, said, open_comment = [], [], None
    for line in lines:
        bare = line.strip()
        if bare.startswith("# -- "):
            open_comment = [bare[5:]]
        elif bare.startswith("#") and open_comment is not None:
            open_comment.append(bare.lstrip("# "))
        elif match := re.match(r"( *)([A-Za-z][A-Za-z0-9]*):", line):
            depth = len(match[1]) // 2
            above[depth:] = [match[2]]
            if open_comment is not None:
                said.append((tuple(above), " ".join(open_comment)))
            open_comment = None
        else:
            open_comment = None
    return said


def leaves(value, path=()):
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from leaves(below, (*path, key))
    else:
        yield path


def readme():
    text = (CHART / "values.yaml").read_text()
    values = yaml.safe_load(text)
    said = described(text.splitlines())
    known = {path for path, _ in said}
    silent = [".".join(path) for path in leaves(values) if not any(path[:n] in known for n in range(1, len(path) + 1))]
    if silent:
        sys.exit("values.yaml: nothing says what these are: " + ", ".join(silent))
    rows = ["| value | default | meaning |", "|---|---|---|"]
    for path, meaning in said:
        value = values
        for name in path:
            value = value[name]
        shown = json.dumps(value, ensure_ascii=False)
        if path == ("services",):
            shown = ", ".join(value)
        elif len(shown) > 60:
            shown = "see values.yaml"
        meaning = meaning.replace("|", "\\|")
        rows.append(f"| `{'.'.join(path)}` | {shown if path == ('services',) else f'`{shown}`'} | {meaning} |")
    head = (CHART / "README.head.md").read_text()
    return head + "\n" + "\n".join(rows) + "\n"


def main():
    wanted = {"values.schema.json": schema(), "README.md": readme()}
    stale = [name for name, text in wanted.items() if not same(CHART / name, text)]
    if "--check" in sys.argv[1:]:
        if stale:
            sys.exit(f"charts/tepat: {' and '.join(stale)} must be written anew: run just check-chart --write")
        return
    for name in stale:
        (CHART / name).write_text(wanted[name])
        print(f"written: charts/tepat/{name}")


def same(path, text):
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    main()
