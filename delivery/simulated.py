"""Run a command on a simulated AWS account: only on request, and never silently."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.panel import Panel

from delivery.errors import CommandError

VARIABLE, SIMULATED = "AWS", "simulated"
_ENDPOINT = "AWS_ENDPOINT_URL"
_END_S = 20
_BANNER = (
    "AWS is simulated: nothing below shows that AWS would accept it.\n"
    "The account is empty, exists only while this command runs, and has no quotas or prices."
)


def refuse(command: str, environ: Mapping[str, str] = os.environ) -> None:
    """Raise `CommandError` for a command that would deploy to an account that ends with it."""
    if environ.get(VARIABLE) == SIMULATED and not environ.get(_ENDPOINT):
        raise CommandError(
            f"{VARIABLE}={SIMULATED} is for previews: all that `make {command}` created would be gone at its end",
            remedy=f"unset {VARIABLE}, or set {_ENDPOINT} to a simulated API that keeps running "
            "(docs/aws-simulation.md)",
        )


@contextmanager
def account(root: Path) -> Iterator[None]:
    """With ``AWS=simulated``, give programs a simulated account of their own; otherwise change nothing."""
    if os.environ.get(VARIABLE) != SIMULATED:
        yield
        return
    Console(stderr=True, highlight=False).print(Panel(_BANNER, title="simulated", border_style="yellow", width=90))
    if os.environ.get(_ENDPOINT):
        yield
        return
    if find_spec("moto") is None:
        raise CommandError("the packages that simulate AWS are not installed", remedy="make bootstrap-simulated-aws")
    command = [sys.executable, "-P", "-m", "toolchain.simulated_aws.account", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise CommandError("the simulated AWS API did not start", remedy="see its output above")
            # Nobody's profile or keys are looked at.
            os.environ |= {
                _ENDPOINT: url,
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            }
            yield
        finally:
            process.terminate()
            process.wait(_END_S)
