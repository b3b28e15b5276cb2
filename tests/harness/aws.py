"""A simulated AWS API for tests: started on loopback, seen with boto3 and by the stand-in plugin."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx

REGION = "eu-central-1"
_END_SECONDS = 20


@dataclass(frozen=True)
class SimulatedAws:
    """A running simulated API."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What programs and the stand-in plugin need to use it; nobody's profile or key beside it."""
        return {
            "AWS": "simulated",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def client(self, service: str, region: str = REGION) -> Any:
        """Give a boto3 client: somebody else who uses the account too."""
        return boto3.client(
            service,  # type: ignore[call-overload] # boto3's stubs list services one by one
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    @contextmanager
    def with_faults(self, wanted: dict[str, dict[str, Any]]) -> Iterator[None]:
        """Let the API refuse calls, or take its time, as `toolchain/simulated_aws/account/faults.py` has it."""
        control = f"{self.url}/planewatch/faults"
        httpx.post(control, json=wanted, trust_env=False).raise_for_status()
        try:
            yield
        finally:
            httpx.post(control, json={}, trust_env=False).raise_for_status()


@contextmanager
def simulated_aws(*options: str) -> Iterator[SimulatedAws]:
    """Start a simulated API in a process of its own (moto's state is global) and end it with the context.

    ``options`` are those of the command, such as what really answers behind it.
    """
    command = [sys.executable, "-P", "-m", "toolchain.simulated_aws.account", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the simulated AWS API did not start"
        try:
            yield SimulatedAws(url)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=_END_SECONDS)
