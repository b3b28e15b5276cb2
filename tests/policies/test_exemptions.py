"""What a stack file may say about exemptions: a typo stops the pack instead of loosening it."""

import json

import pytest

from policies import exemptions
from policies.exemptions import EXEMPTIBLE, of_stack
from policies.pack import POLICIES

_ENTRY = {
    "policy": "pod-leaves-host-alone",
    "resource": "nodes-agent",
    "owner": "ops",
    "reason": "reads the logs of pods",
    "expires": "2027-01-31",
}
_KEYS = "policy, resource, owner, reason, expires"


def _read(monkeypatch: pytest.MonkeyPatch, said: object) -> tuple[exemptions.Exemption, ...]:
    text = said if isinstance(said, str) else json.dumps(said)
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"planewatch:policyExemptions": text}))
    return of_stack()


def test_without_a_word_nothing_is_exempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", "{}")
    assert of_stack() == ()


def test_an_entry_is_read_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = _read(monkeypatch, [_ENTRY])
    assert (one.policy, one.resource, one.owner, one.reason) == tuple(list(_ENTRY.values())[:4])
    assert (one.until.isoformat(), one.finding) == ("2027-01-31", "")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({}, "planewatch:policyExemptions must be a list (got dict)"),
        ("none", "planewatch:policyExemptions must be a list (got str)"),
        (["x"], f"planewatch:policyExemptions[0] must have {_KEYS} (got str)"),
        ([_ENTRY, {**_ENTRY, "policy": "container-runs-as-non-root"}], "[1].policy must be namespace-is-restricted or"),
        ([{**_ENTRY, "until": "x"}], f"[0] must have no other keys than {_KEYS}, finding (got until)"),
        ([{**_ENTRY, "reason": " "}], "[0].reason must be text (got ' ')"),
        ([{key: value for key, value in _ENTRY.items() if key != "owner"}], "[0].owner must be text (got nothing)"),
        ([{**_ENTRY, "expires": "31.1.2027"}], '[0].expires must be a day such as "2027-03-31" (got 31.1.2027)'),
        ([{**_ENTRY, "finding": "("}], "[0].finding must be a regular expression"),
    ],
)
def test_a_bad_entry_stops_the_pack(monkeypatch: pytest.MonkeyPatch, said: object, fault: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        _read(monkeypatch, said)
    assert fault in str(stopped.value)


def test_policies_that_know_exemptions_are_in_the_pack() -> None:
    assert {policy.name for policy in POLICIES} > EXEMPTIBLE
