"""Values that the chart must refuse, and the words that it must say."""

# Arguments of `helm template`, and what stands in the message.
CASES = [
    # A key that nobody knows, at each depth.
    (["--set", "replicas=3"], "additional properties 'replicas' not allowed"),
    (["--set", "image.name=x"], "at '/image': additional properties 'name' not allowed"),
    (["--set", "services.wages.replica=3"], "at '/services/wages': additional properties 'replica' not allowed"),
    (["--set", "services.contributions.pdb.minAvailable=1"], "additional properties 'minAvailable' not allowed"),
    (["--set", "networkPolicy.database.from=x"], "at '/networkPolicy/database': additional properties 'from'"),
    # Settings: unknown to the binary, of another type, and those that the chart sets.
    (["--set", "services.wages.settings.wages.data_folders=x"], "additional properties 'data_folders' not allowed"),
    (["--set", "services.wages.settings.wage.data_folder=x"], "additional properties 'wage' not allowed"),
    (["--set-string", "defaults.settings.listen.requests_max=9"], "got string, want integer"),
    (["--set", "defaults.settings.listen.address=x:1"], "additional properties 'address' not allowed"),
    (["--set", "services.accounts.settings.accounts.claim_key=5a"], "additional properties 'claim_key' not allowed"),
    (["--set", "defaults.settings.stores.membership=x"], "additional properties 'membership' not allowed"),
    # Out of range or of another kind.
    (["--set", "services.wages.replicas=-1"], "at '/services/wages/replicas': minimum"),
    (["--set", "defaults.port=70000"], "at '/defaults/port': maximum"),
    (["--set", "defaults.databasePool=0"], "at '/defaults/databasePool': minimum"),
    (["--set", "image.digest=latest"], "at '/image/digest': 'latest' does not match pattern"),
    (["--set", "redis.mode=ha"], "at '/redis/mode': value must be one of"),
    (["--set", "redis.addresses={redis://a:1}"], "at '/redis/addresses/0'"),
    (["--set", "services.Wages.replicas=1"], "invalid propertyName 'Wages'"),
    (["--set", "networkPolicy.banks.cidrs={bank.example}"], "at '/networkPolicy/banks/cidrs/0'"),
    (["--set", "database.existingSecret="], "at '/database/existingSecret': minLength"),
    # What the house does not want.
    (["--set", "defaults.resources.limits.cpu=1"], "at '/defaults/resources/limits/cpu': 'not' failed"),
    (["--set", "defaults.env[0].name=TEPAT_STORES__ACCOUNTS"], "at '/defaults/env/0/name': 'not' failed"),
    (["--set", "database.password=hush"], "at '/database': additional properties 'password' not allowed"),
    # What only the templates can see.
    (["--set", "services.disbursement.autoscaling.enabled=true", "--set", "services.disbursement.keda.enabled=true"],
     "services.disbursement: autoscaling and keda are both enabled"),
    (["--set", "services.accounts.keda.enabled=true"], "services.accounts.keda.triggers is empty"),
    (["--set", "database.maxConnections=147"],
     "ask for 148 connections (accounts 48, disbursement 48, membership 48, migrations 4), and database.maxConnections is 147"),
    (["--set", "services.accounts.autoscaling.enabled=true", "--set", "services.accounts.autoscaling.maxReplicas=6"],
     "ask for 212 connections (accounts 112,"),
    (["--set", "defaults.strategy.rollingUpdate.maxSurge=100%"], "ask for 196 connections", "--set", "database.maxConnections=195"),
    (["--set", "services.wages.enabled=false"], "services.disbursement.peers names wages, which is no enabled service"),
    (["--set", "services.membership.autoscaling.enabled=true", "--set", "services.membership.autoscaling.minReplicas=9"],
     "services.membership.autoscaling.minReplicas is 9, more than maxReplicas 6"),
    (["--set", "services.wages.autoscaling.enabled=true", "--set", "services.wages.resources.requests.cpu=null"],
     "services.wages.resources.requests.cpu is missing"),
    (["--set", "services.wages.drainSeconds=60"],
     "services.wages.terminationGracePeriodSeconds is 30, and preStopSeconds + drainSeconds + 5 are 70"),
    (["--set", "services.disbursement.packages.accessModes={ReadWriteOnce}"], "services.disbursement.packages.accessModes must have"),
    (["--set", "redis.mode=single"], "redis.addresses is empty, and redis.mode is single"),
    (["--set", "redis.mode=single", "--set", "redis.addresses={a:1,b:1}"], "redis.addresses must be one"),
    (["--set", "redis.passwordKey=password"], "redis.existingSecret is empty, and keys of it are named"),
    (["--set", "services=null"], "services: none is enabled"),
]  # fmt: skip


def faults(helm, case):
    arguments, words, *more = case
    code, _, err = helm.template(*arguments, *more)
    said = " ".join(arguments)
    if code == 0:
        return [f"{said} is not refused"]
    return [] if words in err else [f"{said}: {words!r} is missing in\n{err.strip()}"]
