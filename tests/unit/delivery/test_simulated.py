"""A simulated account is there when it is asked for, says so, and goes with its command."""

import os
import sys
from pathlib import Path

import boto3
import httpx
import pytest

from delivery import simulated
from delivery.errors import CommandError

ROOT = Path(__file__).resolve().parents[3]
ASKED = {"AWS": "simulated"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment of the test's own, put back at its end."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for name in ("AWS", "AWS_ENDPOINT_URL"):
        os.environ.pop(name, None)


def test_it_answers_while_the_command_runs_and_then_no_more(capfd: pytest.CaptureFixture[str]) -> None:
    os.environ |= ASKED
    with simulated.account(ROOT):
        url = os.environ["AWS_ENDPOINT_URL"]
        who = boto3.client(
            "sts", endpoint_url=url, region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        assert len(who.get_caller_identity()["Account"]) == 12
    assert "AWS is simulated" in capfd.readouterr().err
    with pytest.raises(httpx.TransportError):
        httpx.get(url, trust_env=False)


def test_nothing_is_simulated_unasked(capfd: pytest.CaptureFixture[str]) -> None:
    with simulated.account(ROOT):
        assert "AWS_ENDPOINT_URL" not in os.environ
    assert capfd.readouterr().err == ""


def test_without_its_packages_the_command_says_what_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    os.environ |= ASKED
    monkeypatch.setitem(sys.modules, "moto", None)  # as Python notes what cannot be imported
    with pytest.raises(CommandError, match="not installed") as caught, simulated.account(ROOT):
        pass
    assert "make bootstrap-simulated-aws" in str(caught.value)


@pytest.mark.parametrize("command", ["up", "down"])
def test_what_would_be_gone_with_the_command_is_refused(command: str) -> None:
    with pytest.raises(CommandError, match=f"all that `make {command}` created would be gone"):
        simulated.refuse(command, ASKED)


def test_an_account_that_stays_may_be_changed() -> None:
    simulated.refuse("up", {**ASKED, "AWS_ENDPOINT_URL": "http://127.0.0.1:5000"})
    simulated.refuse("up", {})
