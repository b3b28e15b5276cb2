"""The role in the documentation gives what a deployer needs of every kind, and of making kinds nothing else."""

from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.preflight.rights import Right
from tests.harness.deployers import documented_rules


def test_every_right_that_is_asked_for_is_in_the_role() -> None:
    rules = documented_rules()
    for kind in (*kinds.ALL, *kinds.LOOKED_AT, kinds.GROWN, kinds.DROPPED):
        for verb in kind.verbs:
            assert Right(kind=kind, verb=verb, namespace="any").within(rules), f"{verb} {kind.resource}"


def test_the_role_lets_nobody_make_anything_else() -> None:
    made = {(kind.group, kind.resource) for kind in kinds.ALL}
    given: dict[tuple[str, str], set[str]] = {}
    for rule in documented_rules():
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                given.setdefault((group, resource), set()).update(rule["verbs"])
    changing = {what: verbs - set(kinds.LOOK) for what, verbs in given.items() if verbs - set(kinds.LOOK)}
    # Claims are enlarged and deleted, and never made.
    assert changing.pop((kinds.GROWN.group, kinds.GROWN.resource)) == {*kinds.GROWN.verbs, *kinds.DROPPED.verbs}
    assert changing.keys() == made
