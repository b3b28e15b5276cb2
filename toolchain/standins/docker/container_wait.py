"""Waiting for a container, and what it said when it did not come up."""

import time
from typing import cast

from toolchain.standins.docker.engine import Engine
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, child, flag, number, text

LOG_LINES = 20
POLL_SECONDS = 0.4
# A service may lose a start to a dependency that is not up yet; one that was restarted this often will not come up.
MAX_RESTARTS = 5


def until_healthy(engine: Engine, identity: str, label: str, timeout_seconds: int) -> None:
    """Wait for a healthy container; RefusedError with its last log lines if it exits, is unhealthy or too slow."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        engine.check_cancelled()
        with engine.saying(f"inspect container {label}"):
            found = cast("Props", engine.client.inspect_container(identity))
        state = child(found, "State")
        health = text(child(state, "Health"), "Status")
        if health == "healthy":
            return
        trouble = _trouble(found, state, health)
        if not trouble and time.monotonic() > deadline:
            trouble = f"was not healthy after {timeout_seconds} s (waitTimeout), last state: {health or 'no state'}"
        if trouble:
            raise RefusedError(_failed(engine, identity, label, trouble, state))
        time.sleep(POLL_SECONDS)


def _trouble(found: Props, state: Props, health: str) -> str:
    if "Health" not in state and flag(state, "Running"):
        return "is to be waited for (`wait`) but has no healthcheck; add one or remove `wait`"
    code = number(state, "ExitCode")
    if not flag(state, "Running") and not flag(state, "Restarting"):
        return f"exited with code {code}" + (" (out of memory)" if flag(state, "OOMKilled") else "")
    if number(found, "RestartCount") >= MAX_RESTARTS:
        return f"exits again and again, last with code {code}"
    return "became unhealthy" if health == "unhealthy" else ""


def _failed(engine: Engine, identity: str, label: str, trouble: str, state: Props) -> str:
    lines = [f"container {label} {trouble}"]
    checks = child(state, "Health").get("Log")
    if isinstance(checks, list) and checks and isinstance(checks[-1], dict):
        lines.append(
            f"last health check: exit code {number(checks[-1], 'ExitCode')}: {text(checks[-1], 'Output')[:500]}"
        )
    written = logs(engine, identity, LOG_LINES).rstrip()
    lines.append(f"its last log lines:\n{written}" if written else "it has logged nothing")
    return "\n".join(lines)


def until_exited(engine: Engine, identity: str) -> None:
    """Return once the container has ended."""
    while True:
        engine.check_cancelled()
        with engine.saying("wait for the container's end"):
            state = child(cast("Props", engine.client.inspect_container(identity)), "State")
        if not flag(state, "Running") and not flag(state, "Restarting"):
            return
        time.sleep(POLL_SECONDS)


def logs(engine: Engine, identity: str, tail: int | None = None) -> str:
    """Return what the container wrote, stdout and stderr together; only the last `tail` lines if given."""
    with engine.saying("read the container's log"):
        raw = engine.client.logs(identity, stdout=True, stderr=True, tail=tail if tail is not None else "all")
    return raw.decode(errors="replace")
