"""The console as a process: starts, serves, stops on SIGTERM; bad settings end it with a line each."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from apps.console.tests.store import wait_for
from tests.harness.ports import free_port

COMMAND = [sys.executable, "-m", "apps.console"]


def environment(**changes: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PROMETHEUS_URL": "http://127.0.0.1:9", **changes}


def test_serves_and_stops(tmp_path: Path) -> None:
    port = free_port()
    with subprocess.Popen(COMMAND, env=environment(PORT=str(port), WEB_ROOT=str(tmp_path))) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) in {0, -signal.SIGTERM}


def test_bad_settings_end_it_with_a_line_each() -> None:
    done = subprocess.run(
        COMMAND, env=environment(PORT="none", RATE_LIMIT="no"), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["PORT", "RATE_LIMIT"]
