"""What must hold for every object that the chart renders, whatever the values."""

import tomllib

import yaml
from generate import ROOT, default_settings
from render import NAMESPACE, named

SETTINGS = default_settings()

POD_SECURITY = {
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTAINER_SECURITY = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def faults(objects):
    by_kind = {}
    for found in objects:
        by_kind.setdefault(found["kind"], []).append(found)
    names = [named(found) for found in objects]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        yield f"{twice} is rendered twice"
    for found in objects:
        if found["metadata"].get("namespace", NAMESPACE) != NAMESPACE:
            yield f"{named(found)}: is in another namespace"
        for pod in pods_of(found):
            yield from (f"{named(found)}: {fault}" for fault in pod_faults(pod))
    for deployment in by_kind.get("Deployment", []):
        yield from (f"{named(deployment)}: {fault}" for fault in deployment_faults(deployment, by_kind))
    for config in by_kind.get("ConfigMap", []):
        if "tepat.toml" in config["data"]:
            yield from (f"{named(config)}: {fault}" for fault in settings_faults(config["data"]["tepat.toml"]))
    yield from network_faults(by_kind)
    for found in by_kind.get("Secret", []):
        yield f"{named(found)}: the chart makes no Secret"


def pods_of(found):
    """The specification and labels of the pods that an object makes."""
    if found["kind"] == "Pod":
        return [found]
    template = found.get("spec", {}).get("template")
    return [template] if template else []


def pod_faults(pod):
    spec = pod["spec"]
    if spec.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken is not false"
    if spec.get("enableServiceLinks") is not False:
        yield "enableServiceLinks is not false: variables of Services would be taken for settings"
    security = spec.get("securityContext", {})
    for key, wanted in POD_SECURITY.items():
        if security.get(key) != wanted:
            yield f"securityContext.{key} is not {wanted}"
    user = security.get("runAsUser")
    if not isinstance(user, int) or user == 0:
        yield f"securityContext.runAsUser must be a number above 0, found {user}"
    volumes = {volume["name"] for volume in spec.get("volumes", [])}
    for container in spec["containers"] + spec.get("initContainers", []):
        name = container["name"]
        for key, wanted in CONTAINER_SECURITY.items():
            if container.get("securityContext", {}).get(key) != wanted:
                yield f"container {name}: securityContext.{key} is not {wanted}"
        requests, limits = (container.get("resources", {}).get(key, {}) for key in ("requests", "limits"))
        if not {"cpu", "memory"} <= requests.keys():
            yield f"container {name}: requests of cpu and memory are missing"
        if "memory" not in limits or "cpu" in limits:
            yield f"container {name}: limits must be of memory and not of cpu, found {sorted(limits)}"
        for variable in container.get("env", []):
            secret = any(word in variable["name"] for word in ("STORES", "PASSWORD", "SECRET", "TOKEN"))
            if secret and "secretKeyRef" not in variable.get("valueFrom", {}):
                yield f"container {name}: {variable['name']} must come from a Secret"
        paths = [mount["mountPath"] for mount in container.get("volumeMounts", [])]
        if len(paths) != len(set(paths)):
            yield f"container {name}: two volumes are mounted in one place"
        missing = {mount["name"] for mount in container.get("volumeMounts", [])} - volumes
        if missing:
            yield f"container {name}: mounts {sorted(missing)}, which is no volume"


def deployment_faults(deployment, by_kind):
    name, spec = deployment["metadata"]["name"], deployment["spec"]
    pod = spec["template"]
    labels = pod["metadata"]["labels"]
    [container] = pod["spec"]["containers"]
    for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
        get = container.get(probe, {}).get("httpGet", {})
        if get.get("path") != path or get.get("port") != "admin":
            yield f"{probe} must ask {path} on port admin"
    if {port["name"] for port in container["ports"]} != {"grpc", "admin"}:
        yield "must have the ports grpc and admin"
    scalers = [found for kind in ("HorizontalPodAutoscaler", "ScaledObject") for found in by_kind.get(kind, [])]
    scaled = [found for found in scalers if found["spec"]["scaleTargetRef"]["name"] == name]
    if len(scaled) > 1:
        yield "two scale it"
    if bool(scaled) == ("replicas" in spec):
        yield "must have replicas when nothing scales it, and only then"
    if len(selecting(by_kind.get("PodDisruptionBudget", []), labels, "matchLabels")) != 1:
        yield "must have one PodDisruptionBudget"
    for budget in by_kind.get("PodDisruptionBudget", []):
        if "minAvailable" in budget["spec"]:
            yield "a PodDisruptionBudget by minAvailable can keep a node from being drained"
    services = selecting(by_kind.get("Service", []), labels)
    if sorted(service["metadata"]["name"] for service in services) != [name, f"{name}-headless"]:
        yield "must have a Service and a headless one"
    for service in services:
        headless = service["metadata"]["name"].endswith("-headless")
        if (service["spec"].get("clusterIP") == "None") != headless:
            yield f"{named(service)}: clusterIP must be None for the headless one alone"
        if service["spec"].get("publishNotReadyAddresses"):
            yield f"{named(service)}: pods that are not ready must not be called"
        if not all(port.get("appProtocol") for port in service["spec"]["ports"]):
            yield f"{named(service)}: appProtocol is missing"
    if not pod["spec"].get("topologySpreadConstraints"):
        yield "pods are not spread"
    if "checksum/config" not in pod["metadata"].get("annotations", {}):
        yield "checksum/config is missing"
    account = pod["spec"]["serviceAccountName"]
    if not any(found["metadata"]["name"] == account for found in by_kind.get("ServiceAccount", [])):
        yield f"ServiceAccount {account} is not rendered"
    pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    [config] = [volume["configMap"]["name"] for volume in pod["spec"]["volumes"] if volume["name"] == "settings"]
    settings = settings_of(by_kind, config)
    drain = settings["listen"]["drain_ms"] / 1000
    if pod["spec"]["terminationGracePeriodSeconds"] < pause + drain + 5:
        yield "terminationGracePeriodSeconds is too short for what happens before the end"
    for peer, section in settings.get("peers", {}).items():
        host = section["address"].partition(".")[0]
        if not any(found["metadata"]["name"] == host for found in by_kind["Service"]):
            yield f"peer {peer} is looked for at {host}, which is no Service"


def settings_of(by_kind, name):
    [config] = [found for found in by_kind["ConfigMap"] if found["metadata"]["name"] == name]
    return tomllib.loads(config["data"]["tepat.toml"])


def selecting(objects, labels, below=None):
    def selector(found):
        selected = found["spec"]["selector"]
        return selected[below] if below else selected

    return [found for found in objects if selector(found).items() <= labels.items()]


def settings_faults(text):
    """Keys that the binary does not know, values of another type than its default, and secrets."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        yield f"is not TOML: {fault}"
        return
    yield from unknown(table, SETTINGS, "")


def unknown(table, known, above):
    if known == {} and above:
        return
    for key, value in table.items():
        path = f"{above}{key}"
        if path.startswith("stores.") and isinstance(value, str) and ":" in value.partition("://")[2].partition("@")[0]:
            yield f"{path} holds a password"
        if key not in known:
            # A schema or a service that the code does not have yet is values alone.
            if above == "stores." and isinstance(value, str) or above == "peers.":
                continue
            yield f"{path} is no setting of the binary"
        elif isinstance(value, dict) and isinstance(known[key], dict):
            yield from unknown(value, known[key], f"{path}.")
        elif type(value) is not type(known[key]):
            yield f"{path} is {value!r}, where the binary's default is {known[key]!r}"


def network_faults(by_kind):
    policies = by_kind.get("NetworkPolicy", [])
    if not policies:
        return
    pods = [pod for found in sum(by_kind.values(), []) for pod in pods_of(found)]
    if not any("ingress" not in found["spec"] and "egress" not in found["spec"] for found in policies):
        yield "NetworkPolicy: there is none that denies everything"
    for pod in pods:
        labels = pod["metadata"]["labels"]
        own = [found for found in policies if found["spec"]["podSelector"]["matchLabels"].items() <= labels.items()]
        if len(own) != 2:
            yield f"NetworkPolicy: pods of {labels['app.kubernetes.io/component']} must have that which denies and their own, found {len(own)}"
        for found in own:
            if found["spec"]["policyTypes"] != ["Ingress", "Egress"]:
                yield f"{named(found)}: must be about both ways"
            for rule in found["spec"].get("ingress", []):
                if not rule.get("from") or not rule.get("ports"):
                    yield f"{named(found)}: lets anybody in"
            for rule in found["spec"].get("egress", []):
                if not rule.get("ports"):
                    yield f"{named(found)}: lets out to every port"


def faults_of_chart(chart):
    """The chart's own numbers against those of the code."""
    about = yaml.safe_load((chart / "Chart.yaml").read_text())
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    if about["appVersion"] != version:
        return [f"Chart.yaml: appVersion is {about['appVersion']}, and the code is {version}"]
    return []
