"""helm and the schemas of Kubernetes, for the checks of the chart."""

import functools
import json
import subprocess
from importlib import resources
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts/tepat"

# The oldest that Chart.yaml allows, and the newest that there is.
OLD, NEW = "1.30", "1.37"

RELEASE, NAMESPACE = "bsu", "payments"


class Helm:
    """The helm of the tools' folder."""

    def __init__(self, path):
        self.path = path

    def run(self, *arguments):
        done = subprocess.run([self.path, *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def render(self, *arguments, kubernetes=NEW, chart=CHART):
        """Every object of the chart, hooks and tests included; fails where the chart does."""
        code, out, err = self.template(*arguments, kubernetes=kubernetes, chart=chart)
        if code:
            raise AssertionError(err.strip())
        return [found for found in yaml.load_all(out, Unique) if found]

    def template(self, *arguments, kubernetes=NEW, chart=CHART):
        fixed = ["--namespace", NAMESPACE, "--kube-version", f"{kubernetes}.0"]
        return self.run("template", RELEASE, str(chart), *fixed, *arguments)


class Unique(yaml.CSafeLoader):
    """A key that stands twice in a mapping is a mistake, which YAML's own reader passes over."""

    def construct_mapping(self, node, deep=False):
        names = [self.construct_object(key) for key, _ in node.value]
        twice = {str(name) for name in names if names.count(name) > 1}
        if twice:
            raise AssertionError(f"line {node.start_mark.line + 1}: {', '.join(sorted(twice))} stands there twice")
        return super().construct_mapping(node, deep)


class Schemas:
    """What a version of Kubernetes takes, and the definitions of the operators that the chart can use."""

    def __init__(self, version, crds):
        package = resources.files("kubernetes_validate")
        self.folder = package / f"kubernetes-json-schema/v{version}.0-local-strict"
        self.crds = crds
        definitions = json.loads((self.folder / "_definitions.json").read_text())
        # They are referred to by the name that they give themselves.
        self.registry = Resource.from_contents(definitions) @ Registry()

    @functools.cache  # noqa: B019, one per version for the whole run
    def validator(self, api_version, kind):
        group, _, version = api_version.rpartition("/")
        if (group, kind) in self.crds:
            return Draft202012Validator(self.crds[group, kind])
        prefix = f"{group.split('.')[0]}-" if group else ""
        path = self.folder / f"{kind.lower()}-{prefix}{version}.json"
        if not path.is_file():
            raise AssertionError(f"there is no schema of {kind} in {api_version}")
        return Draft202012Validator(json.loads(path.read_text()), registry=self.registry)

    def faults(self, found):
        for fault in self.validator(found["apiVersion"], found["kind"]).iter_errors(found):
            where = ".".join(str(part) for part in fault.absolute_path)
            yield f"{named(found)}: {where}: {fault.message[:200]}"


def closed(schema):
    """A structural schema as the API server applies it with strict validation: unknown fields are refused."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(part) for key, part in schema.items()}
    is_object = schema.get("type") == "object" and isinstance(schema.get("properties"), dict)
    if is_object and "additionalProperties" not in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        shut["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        shut.pop("type", None)
    return shut


def crds(files):
    """The schemas of custom resources by group and kind."""
    found = {}
    for file in files:
        for crd in yaml.load_all(Path(file).read_text(), yaml.CSafeLoader):
            spec = crd["spec"]
            for version in spec["versions"]:
                schema = closed(version["schema"]["openAPIV3Schema"])
                schema["properties"]["metadata"] = {"type": "object"}
                found[spec["group"], spec["names"]["kind"]] = schema
    return found


def named(found):
    return f"{found['kind']}/{found['metadata']['name']}"
