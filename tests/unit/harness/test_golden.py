"""Golden lists are written anew only where somebody asks for it, and only those of the tests that run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.stacks.facts import facts_of
from tests.engine.stacks.previews import difference
from tests.harness.golden import OPTION, Golden
from tests.harness.pulumi import ROOT


def test_a_difference_fails_and_says_what_to_run(tmp_path: Path) -> None:
    (file := tmp_path / "some.txt").write_text("one\n")
    Golden(update=False).hold(file, ["one"])
    with pytest.raises(AssertionError, match=OPTION):
        Golden(update=False).hold(file, ["one", "two"])
    assert file.read_text() == "one\n"


def test_an_update_writes_the_list_of_its_own_test_only(tmp_path: Path) -> None:
    for name in ("own", "other"):
        (tmp_path / name).write_text("one\n")
    Golden(update=True).hold(tmp_path / "own", ["two"])
    assert (tmp_path / "own").read_text() == "two\n"
    assert (tmp_path / "other").read_text() == "one\n"


def test_lists_of_all_tests_are_not_written_at_once() -> None:
    command = [sys.executable, "-m", "pytest", OPTION, "--collect-only", "-q"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"{OPTION}: name the tests whose lists to write" in done.stderr


def test_a_changed_property_is_one_line_more_and_one_line_less() -> None:
    kind = "aws:kms/key:Key"
    before, after = ([f"{kind} one {fact}" for fact in facts_of(kind, key)] for key in (_key(30), _key(7)))
    assert difference(before, after) == [
        f"+ {kind} one deletionWindowInDays = 7",
        f"- {kind} one deletionWindowInDays = 30",
    ]


def test_lists_secrets_and_what_is_not_known_yet_are_told_apart() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}
    assert list(facts_of("aws:iam/role:Role", {"name": "r", "assumeRolePolicy": secret})) == [
        'name = "r"',
        'assumeRolePolicy = "(secret)"',
    ]
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert list(facts_of("aws:sns/topic:Topic", {"kmsMasterKeyId": unknown})) == ["kmsMasterKeyId = (known once made)"]
    ports = {"spec": {"ports": [{"port": 1}, {"port": 2}]}}
    assert list(facts_of("kubernetes:core/v1:Service", ports)) == ["spec.ports[].port = [1, 2]"]


def _key(days: int) -> dict[str, object]:
    return {"enableKeyRotation": True, "deletionWindowInDays": days}
