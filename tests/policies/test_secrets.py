"""Secrets are recognized without ever being told, and random keys more often than not."""

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.anywhere.container_environment_holds_no_secret import POLICY
from policies.secret_signs import sign_of_secret
from tests.policies.exposure_cases import HARMLESS, SECRETS
from tests.policies.samples import hardened, resource, validate


@pytest.mark.parametrize("entry", SECRETS.values(), ids=SECRETS)
def test_no_part_of_the_value_is_shown(entry: str) -> None:
    name, _, value = entry.partition("=")
    ((message, _),) = validate(POLICY, resource(hardened(envs=[entry]))).violations
    shown = message.replace(name, "").replace(POLICY.remediation_steps or "", "")
    told = [value[i : i + 6] for i in range(len(value) - 5) if value[i : i + 6] in shown]
    assert not told


@pytest.mark.parametrize("entry", HARMLESS)
def test_harmless_variables_have_no_sign(entry: str) -> None:
    name, _, value = entry.partition("=")
    assert sign_of_secret(name, value) is None


@pytest.mark.parametrize(("kind", "least"), [("hex", 1990), ("base64", 1960)])
def test_random_keys_of_32_bytes_are_recognized(kind: str, least: int) -> None:
    source = random.Random(3)  # noqa: S311 (a fixed seed: the test must give the same result each time)
    keys = [source.randbytes(32) for _ in range(2000)]
    texts = [key.hex() if kind == "hex" else base64.b64encode(key).decode() for key in keys]
    assert sum(sign_of_secret("X", text) is not None for text in texts) >= least


@given(
    user=st.from_regex(r"[a-z]{0,8}", fullmatch=True),
    password=st.from_regex(r"[^/\s@]{1,20}", fullmatch=True),
    rest=st.from_regex(r"[a-z.]{1,20}(:[0-9]{2,5})?(/[a-z]{0,5})?", fullmatch=True),
)
def test_every_url_with_a_password_is_recognized(user: str, password: str, rest: str) -> None:
    assert sign_of_secret("TARGET_URL", f"amqp://{user}:{password}@{rest}") == "holds a URL with a password"


@given(name=st.from_regex(r"[A-Z]{1,8}(_[A-Z]{1,8}){0,3}_PASSWORD", fullmatch=True), value=st.text(min_size=1))
def test_every_variable_that_ends_in_password_is_recognized(name: str, value: str) -> None:
    assert sign_of_secret(name, value) is not None
