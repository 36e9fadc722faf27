"""Checks the chart: every values file on an old and a new Kubernetes, what every pod must have, and what is refused.

    check.py HELM CRD.yaml…
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import behaviour
import refused
import rules
from render import CHART, NEW, OLD, Helm, Schemas, crds


def values_files():
    """Names of the values files, and the arguments that choose them; the defaults are one."""
    files = [None, *sorted(CHART.glob("values-*.yaml")), *sorted(CHART.glob("ci/*-values.yaml"))]
    return {file.name if file else "values.yaml": ["--values", str(file)] if file else [] for file in files}


def rendered(helm, schemas, name, arguments, kubernetes):
    """Faults of one values file on one Kubernetes, and how many objects it makes."""
    try:
        objects = helm.render(*arguments, kubernetes=kubernetes)
        faults = [fault for found in objects for fault in schemas[kubernetes].faults(found)]
        faults += rules.faults(objects)
    except (AssertionError, LookupError, ValueError) as fault:
        return 0, [f"{name} on {kubernetes}: {fault!r}"]
    return len(objects), [f"{name} on {kubernetes}: {fault}" for fault in faults]


def linted(helm, name, arguments):
    code, out, err = helm.run("lint", "--strict", "--quiet", "--kube-version", f"{NEW}.0", str(CHART), *arguments)
    return [f"helm lint {name}: {(out + err).strip()}"] if code else []


def main():
    helm = Helm(sys.argv[1])
    custom = crds(sys.argv[2:])
    schemas = {version: Schemas(version, custom) for version in (OLD, NEW)}
    files = values_files()
    with ThreadPoolExecutor(4) as pool:
        lints = [pool.submit(linted, helm, *file) for file in files.items()]
        renders = [pool.submit(rendered, helm, schemas, *file, version) for file in files.items() for version in schemas]
        refusals = [pool.submit(refused.faults, helm, case) for case in refused.CASES]
        behaviours = [pool.submit(behaviour.faults, helm, check) for check in behaviour.CHECKS]
        faults = [fault for done in lints + refusals + behaviours for fault in done.result()]
        counts, found = zip(*(done.result() for done in renders), strict=True)
    faults += [fault for of_one in found for fault in of_one] + rules.faults_of_chart(Path(CHART))
    if faults:
        sys.exit("charts/tepat:\n" + "\n".join(faults))
    print(
        f"chart: {len(files)} values files on Kubernetes {OLD} and {NEW}, {sum(counts)} objects valid and as they must be; "
        f"{len(refused.CASES)} wrong values refused, {len(behaviour.CHECKS)} behaviours hold"
    )


if __name__ == "__main__":
    main()
