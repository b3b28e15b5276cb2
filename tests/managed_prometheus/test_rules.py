"""Rule groups put to a workspace run in its store."""

import httpx
import pytest

from tests.harness.managed_prometheus.stack import OWN, Aws
from tests.harness.waiting import wait_until

RULES = """\
groups:
  - name: planewatch
    interval: 1s
    rules:
      - record: plane:proof:one
        expr: vector(1)
"""


def test_rule_groups_are_loaded_run_and_taken_away(aws: Aws) -> None:
    workspace, store = aws.amp.stores[OWN], aws.amp.stored(OWN)
    workspace.put_rules("proof", RULES)
    wait_until(lambda: store.value("plane:proof:one") == 1, within_s=30, what="the rule has run")
    assert [group["name"] for group in store.get("rules")["groups"]] == ["planewatch"]
    workspace.delete_rules("proof")
    assert store.get("rules")["groups"] == []


def test_rules_that_do_not_parse_are_refused_and_leave_the_others(aws: Aws) -> None:
    workspace, store = aws.amp.stores[OWN], aws.amp.stored(OWN)
    workspace.put_rules("good", RULES)
    with pytest.raises(httpx.HTTPStatusError):
        workspace.put_rules("bad", RULES.replace("vector(1)", "vector("))
    assert [group["name"] for group in store.get("rules")["groups"]] == ["planewatch"]
    workspace.delete_rules("bad")
    workspace.delete_rules("good")
