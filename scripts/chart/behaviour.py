"""What values must do, beyond being valid."""

import tempfile
import tomllib
from pathlib import Path

from render import CHART, RELEASE, named

FULL = f"{RELEASE}-tepat"


def the(objects, kind, name):
    return next((found for found in objects if found["kind"] == kind and found["metadata"]["name"] == name), None)


def names_with(objects, part):
    return {named(found) for found in objects if found["metadata"].get("labels", {}).get("app.kubernetes.io/component") == part}


def nothing_is_a_value(helm):
    objects = helm.render("--set", "services.wages.replicas=0", "--set", "services.wages.preStopSeconds=0")
    wages = the(objects, "Deployment", f"{FULL}-wages")
    assert wages["spec"]["replicas"] == 0, "replicas: 0 is taken for unset"
    assert "lifecycle" not in wages["spec"]["template"]["spec"]["containers"][0], "preStopSeconds: 0 is taken for unset"
    assert the(objects, "Deployment", f"{FULL}-accounts")["spec"]["replicas"] == 2, "an override leaks to another service"


def a_service_is_values_alone(helm):
    objects = helm.render("--set", "services.contributions.databases={contributions}")
    expected = {
        f"{kind}/{FULL}-contributions"
        for kind in ("Deployment", "Service", "ServiceAccount", "ConfigMap", "PodDisruptionBudget", "NetworkPolicy")
    } | {f"Service/{FULL}-contributions-headless"}
    found = names_with(objects, "contributions")
    assert found == expected, f"contributions has {sorted(found)}"
    container = the(objects, "Deployment", f"{FULL}-contributions")["spec"]["template"]["spec"]["containers"][0]
    assert container["command"] == ["tepat-contributions", "/etc/tepat/settings/tepat.toml"], container["command"]
    assert [variable["name"] for variable in container["env"]] == ["TEPAT_STORES__CONTRIBUTIONS"], container["env"]
    migrations = the(objects, "ConfigMap", f"{FULL}-migrate")["data"]["tepat.toml"]
    assert "postgres://tepat_contributions@" in migrations, "migrations do not know the new schema's role"


def settings_roll_their_own_pods_only(helm):
    def checksums(*arguments):
        deployments = [found for found in helm.render(*arguments) if found["kind"] == "Deployment"]
        template = {found["metadata"]["name"]: found["spec"]["template"]["metadata"] for found in deployments}
        return {name: metadata["annotations"]["checksum/config"] for name, metadata in template.items()}

    before, after = checksums(), checksums("--set", "services.membership.settings.membership.page_rows=7")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {f"{FULL}-membership"}, f"changed: {sorted(changed)}"


def who_calls_whom_is_declared_on_both_sides(helm):
    objects = helm.render()

    def parts(rules, side):
        peers = [peer for rule in rules for peer in rule.get(side, [])]
        labels = [peer.get("podSelector", {}).get("matchLabels", {}) for peer in peers]
        return {of["app.kubernetes.io/component"] for of in labels if "app.kubernetes.io/component" in of}

    calls = {"disbursement": {"membership", "wages", "accounts"}}
    for part in ("membership", "wages", "accounts", "disbursement"):
        policy = the(objects, "NetworkPolicy", f"{FULL}-{part}")["spec"]
        callers = {caller for caller, called in calls.items() if part in called} | {"test"}
        assert parts(policy["ingress"], "from") == callers, f"{part} is called by {parts(policy['ingress'], 'from')}"
        assert parts(policy["egress"], "to") == calls.get(part, set()), f"{part} calls {parts(policy['egress'], 'to')}"
        ports = {port["port"] for rule in policy["egress"] for port in rule["ports"]}
        assert (5432 in ports) == (part != "wages"), f"{part} may reach {ports}"


def only_banks_callers_reach_banks(helm):
    objects = helm.render("--set", "networkPolicy.banks.cidrs={192.0.2.0/24}")
    reaching = {
        found["metadata"]["name"]
        for found in objects
        if found["kind"] == "NetworkPolicy" and "192.0.2.0/24" in str(found["spec"])
    }
    assert reaching == {f"{FULL}-accounts"}, f"banks are reached by {sorted(reaching)}"


def a_pod_sees_its_own_secrets_only(helm):
    objects = helm.render("--values", str(CHART / "ci/everything-values.yaml"), "--set", "fullnameOverride=")
    for part, stores, keys in (
        ("membership", ["MEMBERSHIP"], []),
        ("wages", [], []),
        ("accounts", ["ACCOUNTS"], ["claim.key"]),
        ("disbursement", ["DISBURSEMENT"], ["mark.key", "ca.pem", "suite-seal.pem", "suite-seal.key"]),
    ):
        spec = the(objects, "Deployment", f"{FULL}-{part}")["spec"]["template"]["spec"]
        secrets = [variable["name"] for variable in spec["containers"][0]["env"] if "valueFrom" in variable]
        assert secrets == [f"TEPAT_STORES__{store}" for store in stores], f"{part} is given {secrets}"
        mounted = [item["key"] for volume in spec["volumes"] if volume["name"] == "keys" for item in volume["secret"]["items"]]
        assert mounted == keys, f"{part} sees {mounted}"
        assert "owner" not in str(spec), f"{part} can reach the owner's address"
        has_redis = any(volume["name"] == "redis" for volume in spec["volumes"])
        assert has_redis == (part == "accounts"), f"{part} and the Secret of Redis"


def migrations_come_first_and_bring_what_they_need(helm):
    hooks = [found for found in helm.render() if "-migrate" in found["metadata"]["name"]]
    weight = {found["kind"]: int(found["metadata"]["annotations"]["helm.sh/hook-weight"]) for found in hooks}
    others = {"ServiceAccount", "ConfigMap", "NetworkPolicy"}
    assert weight.keys() == others | {"Job"} and all(weight[kind] < weight["Job"] for kind in others), weight
    plain = [found for found in helm.render("--set", "migrations.useHelmHooks=false") if "-migrate" in found["metadata"]["name"]]
    assert not any("helm.sh/hook" in found["metadata"].get("annotations", {}) for found in plain), "a hook in spite of useHelmHooks"
    jobs = [
        next(found["metadata"]["name"] for found in helm.render("--set", "migrations.useHelmHooks=false", *more) if found["kind"] == "Job")
        for more in ([], ["--set", "image.tag=9.9.9"], ["--is-upgrade"])
    ]
    assert jobs[0] != jobs[1], "another image is another Job"
    assert jobs[0].startswith(f"{FULL}-migrate-1-"), jobs[0]


def settings_reach_the_file_with_their_types(helm):
    text = """
services:
  accounts:
    settings:
      accounts:
        age_valid_max_seconds: 31536000
        sandbox: {silent_banks: ["002", "022-S"], silence_ms: 5}
        profiles: {"022-S": {tells_dormant: true, name_length: 25}}
      log: {level: 'info,"quoted"=<off> & \\ back'}
"""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "values.yaml"
        file.write_text(text)
        objects = helm.render("--values", str(file))
    settings = tomllib.loads(the(objects, "ConfigMap", f"{FULL}-accounts")["data"]["tepat.toml"])
    assert settings["accounts"] == {
        "age_valid_max_seconds": 31536000,
        "sandbox": {"silent_banks": ["002", "022-S"], "silence_ms": 5},
        "profiles": {"022-S": {"tells_dormant": True, "name_length": 25}},
    }, settings["accounts"]
    assert settings["log"] == {"level": 'info,"quoted"=<off> & \\ back', "format": "json"}, settings["log"]


def one_pod_can_be_the_suite(helm):
    objects = helm.render("--values", str(CHART / "values-single-pod.yaml"))
    deployments = [found for found in objects if found["kind"] == "Deployment"]
    assert [found["metadata"]["name"] for found in deployments] == [f"{FULL}-suite"], deployments
    assert deployments[0]["spec"]["strategy"] == {"type": "Recreate"}, deployments[0]["spec"]["strategy"]
    container = deployments[0]["spec"]["template"]["spec"]["containers"][0]
    assert container["command"][:2] == ["tepat", "up"], container["command"]
    assert len([variable for variable in container["env"] if variable["name"].startswith("TEPAT_STORES__")]) == 3


def alerts_name_metrics_that_there_are(helm):
    names = ("rpc_server_call_duration_seconds", "tepat_shared_cache_away", "tepat_queue_depth", "tepat_candidates_screened_total")
    files = [path for top in ("crates", "services") for path in (CHART.parents[1] / top).rglob("*.rs")]
    lines = [line.strip() for path in files for line in path.read_text().splitlines()]
    code = "".join(line for line in lines if not line.startswith("//"))
    objects = helm.render("--set", "monitoring.rules.enabled=true")
    [rule] = [found for found in objects if found["kind"] == "PrometheusRule"]
    alerts = [alert for group in rule["spec"]["groups"] for alert in group["rules"]]
    kinds = [(alert["alert"], *sorted(alert["labels"].items())) for alert in alerts]
    assert len(kinds) == len(set(kinds)), "two alerts have the same name and labels"
    expressions = " ".join(alert["expr"] for alert in alerts)
    for name in names:
        assert name in expressions, f"no alert asks for {name}"
        assert f'"{name}"' in code, f"alerts ask for {name}, which the code does not have"


CHECKS = [
    nothing_is_a_value,
    a_service_is_values_alone,
    settings_roll_their_own_pods_only,
    who_calls_whom_is_declared_on_both_sides,
    only_banks_callers_reach_banks,
    a_pod_sees_its_own_secrets_only,
    migrations_come_first_and_bring_what_they_need,
    settings_reach_the_file_with_their_types,
    one_pod_can_be_the_suite,
    alerts_name_metrics_that_there_are,
]


def faults(helm, check):
    try:
        check(helm)
    except (AssertionError, LookupError, ValueError) as fault:
        return [f"{check.__name__.replace('_', ' ')}: {fault!r}"]
    return []
