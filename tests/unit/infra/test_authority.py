"""The stack's own certificate: any TLS library takes it, it stays while it is good, and it is renewed in time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.x509 import DNSName
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from infra.platforms.kubernetes import authority
from infra.platforms.kubernetes.authority import Issuer
from infra.platforms.kubernetes.selfsigned import AUTHORITY_DAYS, CERTIFICATE_DAYS, RENEW_DAYS, Pair

DOMAIN = "watch.example.com"
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets the day, counted from the certificate's first."""

    def set_day(day: float) -> datetime:
        now = START + timedelta(days=day)

        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # a fixed moment of the base class
                del tz
                return now

        monkeypatch.setattr(authority, "datetime", Clock)
        return now

    set_day(0)
    return set_day


def made() -> dict[str, Any]:
    outputs = Issuer().create({"domain": DOMAIN}).outs
    assert outputs is not None
    return outputs


def updated(outputs: dict[str, Any], domain: str = DOMAIN) -> dict[str, Any]:
    renewed = Issuer().update("", outputs, {"domain": domain}).outs
    assert renewed is not None
    return renewed


def verify(outputs: dict[str, Any], host: str, when: datetime) -> None:
    """Verify as a TLS client does; raises VerificationError."""
    trusted = Pair(certificate=outputs["authority"], key="").parsed()
    shown = Pair(certificate=outputs["certificate"], key="").parsed()
    PolicyBuilder().store(Store([trusted])).time(when).build_server_verifier(DNSName(host)).verify(shown, [])


def changes(outputs: dict[str, Any], domain: str = DOMAIN) -> bool | None:
    return Issuer().diff("", outputs, {"domain": domain}).changes


def test_a_client_that_trusts_the_authority_takes_every_host_right_below_the_domain(today: Any) -> None:
    outputs = made()
    now = today(1)
    for host in (f"console.{DOMAIN}", f"prod-otlp.{DOMAIN}"):
        verify(outputs, host, now)
    for host in (DOMAIN, f"a.b.{DOMAIN}", "console.example.com"):
        with pytest.raises(VerificationError):
            verify(outputs, host, now)
    with pytest.raises(VerificationError):
        verify({**outputs, "authority": made()["authority"]}, f"console.{DOMAIN}", now)


def test_the_keys_belong_to_their_certificates(today: Any) -> None:
    del today
    outputs = made()
    for certificate, key in (("authority", "authority_key"), ("certificate", "key")):
        pair = Pair(certificate=outputs[certificate], key=outputs[key])
        assert pair.parsed().public_key() == pair.signer().public_key()


def test_it_stays_until_thirty_days_are_left(today: Any) -> None:
    outputs = made()
    today(CERTIFICATE_DAYS - RENEW_DAYS - 0.1)
    assert changes(outputs) is False
    today(CERTIFICATE_DAYS - RENEW_DAYS + 0.1)
    assert changes(outputs) is True


def test_renewed_it_is_of_the_authority_that_clients_trust(today: Any) -> None:
    outputs = made()
    now = today(CERTIFICATE_DAYS - 1)
    renewed = updated(outputs)
    assert (renewed["authority"], renewed["authority_key"]) == (outputs["authority"], outputs["authority_key"])
    assert renewed["key"] != outputs["key"]
    verify(renewed, f"console.{DOMAIN}", now + timedelta(days=CERTIFICATE_DAYS - 1))
    assert changes(renewed) is False


def test_an_authority_that_would_end_first_is_replaced(today: Any) -> None:
    outputs = made()
    now = today(AUTHORITY_DAYS - CERTIFICATE_DAYS + 1)
    renewed = updated(outputs)
    assert renewed["authority"] != outputs["authority"]
    verify(renewed, f"console.{DOMAIN}", now + timedelta(days=CERTIFICATE_DAYS - 1))


def test_another_domain_is_another_certificate_of_the_same_authority(today: Any) -> None:
    outputs = made()
    now = today(1)
    assert changes(outputs, "other.example.com") is True
    renewed = updated(outputs, "other.example.com")
    verify(renewed, "console.other.example.com", now)
    assert renewed["authority"] == outputs["authority"]
