"""Faults that a test injects: refusals (expired credentials, quotas, throttling) and slow creation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

# Where tests put what they ask for: {"<service>:<operation>": {"code": …, "message": …}}, `*` for any operation, the
# service as signatures name it; {"eks:CreateCluster": {"seconds": …}} for how long a new cluster takes.
CONTROL_PATH = "/planewatch/faults"
_SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Fault:
    """One refusal in the form of the protocol that was spoken."""

    code: str
    message: str
    xml: bool
    status: int = 400

    def headers(self) -> list[tuple[str, str]]:
        """Return the answer's headers."""
        kind = "text/xml" if self.xml else "application/json"
        return [("Content-Type", kind), ("x-amzn-ErrorType", self.code)]

    def body(self) -> bytes:
        """Return the answer's body."""
        if self.xml:
            error = f"<Code>{self.code}</Code><Message>{self.message}</Message>"
            return f"<Response><Errors><Error>{error}</Error></Errors><RequestID>1</RequestID></Response>".encode()
        return f'{{"__type": "{self.code}", "message": "{self.message}"}}'.encode()


@dataclass
class Faults:
    """The refusals of the moment."""

    wanted: dict[str, dict[str, Any]] = field(default_factory=dict)

    def seconds(self, call: str) -> float:
        """Return how many seconds what a call creates is to take."""
        return float(self.wanted.get(call, {}).get("seconds", 0))

    def match(self, environ: Mapping[str, Any], body: bytes, operation: str) -> Fault | None:
        """Find the refusal for a request; None when it may pass.

        Query, EC2 and JSON protocols name their operation; with REST it is `operation`, "" where nobody knows it.
        """
        found = _SERVICE.search(str(environ.get("HTTP_AUTHORIZATION", ""))) if self.wanted else None
        if found is None:
            return None
        target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
        form = "x-www-form-urlencoded" in str(environ.get("CONTENT_TYPE", ""))
        action = parse_qs(body.decode()).get("Action", [""])[0] if form else operation or target.rpartition(".")[2]
        configured = self.wanted.get(f"{found[1]}:{action}") or self.wanted.get(f"{found[1]}:*")
        return (
            Fault(configured["code"], configured["message"], xml=form) if configured and "code" in configured else None
        )
