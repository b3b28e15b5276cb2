"""Waiting for a container, and what it said when it did not come up."""

import time
from dataclasses import dataclass, field
from typing import cast

from toolchain.standins.docker.engine import Engine
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, child, flag, number, text, texts

LOG_LINES = 20
POLL_SECONDS = 0.2
# Each check starts a process in the container, which takes the engine longer than all other questions. So the longer
# a service takes to come up, the rarer they get: the pause is a share of the time since it started, or these seconds.
CHECK_SHARE, CHECK_SECONDS = 0.2, 0.3
# A service may lose a start to a dependency that is not up yet; one that was restarted this often will not come up.
MAX_RESTARTS = 5


def until_healthy(engine: Engine, identity: str, label: str, timeout_seconds: int) -> None:
    """Wait for a healthy container; RefusedError with its last log lines if it exits, is unhealthy or too slow.

    The engine runs a health check for the first time when one interval is over. The same check is run here at once.
    """
    deadline = time.monotonic() + timeout_seconds
    check = _Check(engine, identity)
    while True:
        engine.check_cancelled()
        with engine.saying(f"inspect container {label}"):
            found = cast("Props", engine.client.inspect_container(identity))
        state = child(found, "State")
        health = text(child(state, "Health"), "Status")
        if health == "healthy" or (health == "starting" and flag(state, "Running") and check.passes(found)):
            return
        trouble = _trouble(found, state, health)
        if not trouble and time.monotonic() > deadline:
            trouble = f"was not healthy after {timeout_seconds} s (waitTimeout); last state: {health or 'no state'}"
        if trouble:
            raise RefusedError(_failed(engine, identity, label, trouble, state))
        time.sleep(POLL_SECONDS)


@dataclass
class _Check:
    """The container's own health check, run beside the engine's; one at a time, never waited for."""

    engine: Engine
    identity: str
    begun: float = field(default_factory=time.monotonic)
    running: str = ""
    next_at: float = 0.0

    def passes(self, found: Props) -> bool:
        """Return whether the last run has ended well; begins another one when none is under way and it is time."""
        command = _command(texts(child(child(found, "Config"), "Healthcheck"), "Test"))
        if not command:
            return False
        client = self.engine.client
        try:
            with self.engine.saying("run the health check"):
                if self.running:
                    last = client.exec_inspect(self.running)
                    if last["Running"] or last["ExitCode"] == 0:
                        return not last["Running"]
                    self.running = ""
                if (now := time.monotonic()) < self.next_at:
                    return False
                self.next_at = now + max(CHECK_SECONDS, CHECK_SHARE * (now - self.begun))
                self.running = client.exec_create(self.identity, command)["Id"]
                client.exec_start(self.running, detach=True)
        except RefusedError:
            # The container has just ended, or the check is no program that can be run: the engine's own check tells.
            self.running = ""
        return False


def _command(test: list[str]) -> list[str]:
    match test:
        case ["CMD", *words]:
            return words
        case ["CMD-SHELL", script]:
            return ["/bin/sh", "-c", script]
        case _:
            return []


def _trouble(found: Props, state: Props, health: str) -> str:
    if "Health" not in state and flag(state, "Running"):
        return "has `wait` set but no healthcheck; add one or remove `wait`"
    code = number(state, "ExitCode")
    if not flag(state, "Running") and not flag(state, "Restarting"):
        return f"exited with code {code}" + (" (out of memory)" if flag(state, "OOMKilled") else "")
    if number(found, "RestartCount") >= MAX_RESTARTS:
        return f"keeps exiting, last with code {code}"
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


def until_exited(engine: Engine, identity: str, label: str, seconds: float) -> None:
    """Return once the container has ended; RefusedError with its last log lines after ``seconds`` (0: never)."""
    deadline = time.monotonic() + seconds if seconds else None
    while True:
        engine.check_cancelled()
        with engine.saying("wait for the container's end"):
            state = child(cast("Props", engine.client.inspect_container(identity)), "State")
        if not flag(state, "Running") and not flag(state, "Restarting"):
            return
        if deadline is not None and time.monotonic() > deadline:
            raise RefusedError(_failed(engine, identity, label, f"has not ended after {seconds:g} s", state))
        time.sleep(POLL_SECONDS)


def logs(engine: Engine, identity: str, tail: int | None = None) -> str:
    """Return what the container wrote, stdout and stderr together; only the last `tail` lines if given."""
    with engine.saying("read the container's log"):
        raw = engine.client.logs(identity, stdout=True, stderr=True, tail=tail if tail is not None else "all")
    return raw.decode(errors="replace")
