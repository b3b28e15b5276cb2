"""How people come to the console, and what asks them who they are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

# A year: what authorities of certificates and lists of browsers expect.
_HSTS_S = 31_536_000


@dataclass(frozen=True, kw_only=True)
class Front:
    """How a platform lets people reach a workload that is published for the network.

    ``hosts`` are the names that lead there, beside addresses. ``opened_at`` is where clients on other machines reach
    it, None where they do not, and ``beside`` what they reach there by the same address; with ``has_trusted_tls`` they
    come by TLS of the stack's own, with a certificate that is not self-signed.
    """

    hosts: tuple[str, ...] = ()
    opened_at: str | None = None
    beside: tuple[str, ...] = ()
    has_trusted_tls: bool = False


@dataclass(frozen=True, kw_only=True)
class Login:
    """What authenticates people before they reach the console.

    ``by`` is its name, an oauth2-proxy or the ingress controller's own; None: nothing does, and that is on purpose.
    """

    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who reaches the console: by what front, after which login. ``hosts`` are more names that lead there.

    Raises ValueError for a console that other machines reach without a login, unless that is on purpose.
    """

    front: Front = Front()
    login: Login | None = None
    hosts: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check that nobody gets in by accident."""
        if self.front.opened_at is not None and self.login is None:
            raise ValueError(
                "login of ControlPlaneArgs must say what authenticates people, since other machines reach the console"
                f" at {self.front.opened_at} and it has no login of its own: Login(by='oauth2-proxy'), or Login() for"
                " a console that is open on purpose"
            )

    @property
    def by(self) -> str | None:
        """What authenticates people; None where nothing does, or nobody from elsewhere gets in."""
        return self.login.by if self.login and self.front.opened_at is not None else None

    @property
    def kind(self) -> Literal["local", "authenticated", "open"]:
        """Who gets in: only the machine or cluster that it runs on; the network after a login, or without one."""
        if self.front.opened_at is None:
            return "local"
        return "open" if self.by is None else "authenticated"

    @property
    def note(self) -> str | None:
        """What whoever deploys the console should know; None where it is local."""
        if (where := self.front.opened_at) is None:
            return None
        also = f"; the same goes for {' and '.join(self.front.beside)}" if self.front.beside else ""
        if self.by is None:
            return f"the console at {where} has no login: anyone who reaches it can read everything there{also}"
        return f"the console at {where} has no login of its own: {self.by} must authenticate people before it{also}"

    @property
    def outputs(self) -> dict[str, str]:
        """What the stack says of it; what there is not is left out: states keep no null."""
        said = {"kind": self.kind, "authentication": self.by, "note": self.note}
        return {key: value for key, value in said.items() if value is not None}

    @property
    def environment(self) -> Mapping[str, str]:
        """The console's variables."""
        return {
            "HOST_NAMES": json.dumps(sorted({*self.front.hosts, *self.hosts})),
            "ACCESS": self.kind,
            **({"AUTHENTICATION": self.by} if self.by else {}),
            **({"HSTS_SECONDS": str(_HSTS_S)} if self.front.has_trusted_tls else {}),
        }

    def tell(self, resource: pulumi.Resource) -> None:
        """Let previews and updates of ``resource`` say what whoever deploys it should know."""
        if self.note is not None:
            (pulumi.log.warn if self.by is None else pulumi.log.info)(self.note, resource)
