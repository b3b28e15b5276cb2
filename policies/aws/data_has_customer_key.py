"""Data at rest is encrypted with a key of the stack."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs

from policies.aws_views import CLUSTER, LOG_GROUP, REPOSITORY, SECRET, TOPIC, WORKSPACE
from policies.reading import Maybe, Record, Unknown, has_unknown, inside, known
from policies.resource_policies import Findings, resource_policy

_KEYS = {
    LOG_GROUP: "kmsKeyId",
    TOPIC: "kmsMasterKeyId",
    WORKSPACE: "kmsKeyArn",
    SECRET: "kmsKeyId",
}


def check(args: ResourceValidationArgs) -> Findings:
    """Require a key of the stack: with a key that AWS owns, nobody here can say who decrypts, or stop it."""
    bag = Record(args.props)
    if args.resource_type == CLUSTER:
        yield from _secrets(bag.record("encryptionConfig"))
    elif args.resource_type == REPOSITORY:
        yield from _images(bag)
    else:
        yield from _foreign(_KEYS[args.resource_type], bag.text(_KEYS[args.resource_type]))


def _secrets(config: Maybe[Record]) -> Iterator[str]:
    if isinstance(config, Unknown):
        return
    config = config or Record({})
    covered, provider = config.texts("resources"), inside(config, "provider")
    if not has_unknown(covered) and "secrets" not in known(covered):
        yield "encryptionConfig does not cover the cluster's Secrets"
    if not isinstance(provider, Unknown):
        yield from _foreign("encryptionConfig.provider.keyArn", provider.text("keyArn") if provider else None)


def _images(bag: Record) -> Iterator[str]:
    configurations = bag.records("encryptionConfigurations")
    if not known(configurations) and not has_unknown(configurations):
        yield "encryptionConfigurations is not set"
    for one in known(configurations):
        yield from _foreign("encryptionConfigurations.kmsKey", one.text("kmsKey"))


def _foreign(place: str, key: Maybe[str]) -> Iterator[str]:
    if isinstance(key, Unknown):
        return
    if not key:
        yield f"{place} is not set"
    # alias/aws/sns, also at the end of an ARN
    elif key.rpartition(":")[2].startswith("alias/aws/"):
        yield f"{place} is '{key}', a key that AWS owns"


POLICY = resource_policy(
    name="data-has-customer-key",
    description="Data at rest is encrypted with a key of the stack: secrets, logs, alerts, metrics, images.",
    remedy="use a key from components/aws/keys.py",
    types=(CLUSTER, REPOSITORY, *_KEYS),
    check=check,
)
