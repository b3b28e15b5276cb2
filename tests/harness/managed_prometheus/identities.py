"""Roles and the temporary credentials that somebody was given for them."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.harness.managed_prometheus.policies import Policy

ACCOUNT = "123456789012"
# As long as EKS Pod Identity gives them.
LIFETIME_S = 6 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Temporary credentials of a role; ``expires`` is unix seconds."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires: float
    role_arn: str

    @property
    def expiration(self) -> str:
        """The end of their life as AWS writes it."""
        return datetime.fromtimestamp(self.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def environment(self) -> dict[str, str]:
        """Variables from which every SDK takes them."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@dataclass
class Identities:
    """Everybody the service knows: ``policies_of`` returns the policies of a role's ARN (none for an unknown one)."""

    policies_of: Callable[[str], tuple[Policy, ...]]
    _issued: dict[str, Credentials] = field(default_factory=dict)

    def issue(self, role_arn: str, *, lifetime_s: float = LIFETIME_S) -> Credentials:
        """Give out credentials of a role."""
        made = Credentials(
            access_key_id=f"ASIA{secrets.token_hex(8).upper()}",
            secret_access_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(48),
            expires=time.time() + lifetime_s,
            role_arn=role_arn,
        )
        self._issued[made.access_key_id] = made
        return made

    def find(self, access_key_id: str) -> Credentials | None:
        """Return the credentials with that key, also when they have expired."""
        return self._issued.get(access_key_id)


def role_arn(name: str) -> str:
    """Return the ARN of a role of the account."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"
