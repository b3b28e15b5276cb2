import re

import pytest

from tests import skips
from tests.skips import MAY_SKIP, MaySkip, unaccounted


def test_a_reason_that_nobody_listed_is_not_accounted_for() -> None:
    assert unaccounted(["Skipped: the moon is full", "the moon is full"]) == ["the moon is full"]


@pytest.mark.parametrize("here", [True, False])
def test_a_listed_reason_counts_only_where_it_holds(here: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = MaySkip(reason="no .* here", where="somewhere", holds=lambda: here)
    monkeypatch.setattr(skips, "MAY_SKIP", (rule,))
    assert unaccounted(["Skipped: no node here"]) == ([] if here else ["no node here"])


@pytest.mark.parametrize("rule", MAY_SKIP, ids=lambda rule: rule.where)
def test_every_rule_says_where_and_compiles(rule: MaySkip) -> None:
    assert rule.where
    assert re.compile(rule.reason)
    assert isinstance(rule.holds(), bool)
