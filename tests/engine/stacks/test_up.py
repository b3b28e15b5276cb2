"""`up` looks at what is live, updates only where something would change, and puts right what was changed by hand."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from delivery import deploy, fingerprint
from tests.harness.containers import StackOnEngine, engine_of
from tests.harness.pulumi import PulumiStack, stack_name
from tests.harness.settings import local_settings

pytestmark = pytest.mark.docker
_UNCHANGED = "Nothing has changed since the last complete `up`"
_NO_UPDATE = "No changes: nothing to update."


@dataclass(frozen=True, kw_only=True)
class Output:
    """What one `up` ended with, said, and asked of the engine and by the engine."""

    code: int
    out: str
    err: str
    calls: Counter[str]

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def program_runs(self) -> int:
        return self.calls["/pulumirpc.LanguageRuntime/Run"]


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A stack of one plane, brought up by the product's own command."""

    stack: PulumiStack
    engine: StackOnEngine
    capfd: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def up(self, *, full: bool = False) -> Output:
        log = self.stack.folder / "calls.json"
        log.unlink(missing_ok=True)
        self.monkeypatch.setenv("PULUMI_DEBUG_GRPC", str(log))
        self.capfd.readouterr()
        code = deploy.up(self.stack.workspace, full=full)
        out, err = self.capfd.readouterr()
        return Output(code=code, out=out, err=err, calls=_calls(log))

    @property
    def resources(self) -> list[dict[str, Any]]:
        state = json.loads(self.stack.pulumi("stack", "export", merge=False).succeeded().text)
        return [entry for entry in state["deployment"]["resources"] if entry["type"].startswith("docker:")]

    @property
    def is_complete(self) -> bool:
        return fingerprint.recall(self.stack.workspace) is not None


def _calls(log: Path) -> Counter[str]:
    """Count the calls by method; each is logged with its request when it begins and again when it is answered."""
    if not log.exists():
        return Counter()
    entries = (json.loads(line) for line in log.read_text().splitlines())
    return Counter(entry["method"] for entry in entries if "response" in entry or entry.get("errors"))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> PulumiStack:
    name = stack_name("up")
    made = PulumiStack(name=name, folder=tmp_path_factory.mktemp(name))
    made.write(local_settings(["solo"]))
    return made


@pytest.fixture(scope="module")
def engine(stack: PulumiStack) -> Iterator[StackOnEngine]:
    with engine_of(stack.name) as found:
        try:
            yield found
        finally:
            found.remove_leftovers()


@pytest.fixture
def deployed(
    stack: PulumiStack,
    engine: StackOnEngine,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Deployed:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    return Deployed(stack=stack, engine=engine, capfd=capfd, monkeypatch=monkeypatch)


def test_up_does_what_is_needed_and_counts_it(deployed: Deployed) -> None:
    first = deployed.up()
    assert first.code == 0, first.text
    assert first.program_runs == 2, "a preview, an update"
    count = len(deployed.resources)
    assert first.calls["/pulumirpc.ResourceProvider/Create"] == 2 * count, "planned by the preview, made by the update"
    assert deployed.is_complete
    assert {len(entry["stackTrace"]) for entry in deployed.resources} == {1}, "the place, not the way to it"

    second = deployed.up()
    assert second.code == 0, second.text
    assert _UNCHANGED in second.err
    assert second.calls == Counter(), "the engine is not started"
    assert "solo API" in second.out, "the table stands at the end all the same"

    full = deployed.up(full=True)
    assert full.code == 0, full.text
    assert _NO_UPDATE in full.err
    assert "Update plan written" not in full.text
    assert full.program_runs == 1
    provider = {name.rpartition("/")[2]: n for name, n in full.calls.items() if "ResourceProvider" in name}
    assert {name: provider.get(name, 0) for name in ("Check", "Diff", "Create", "Update", "Delete", "Read")} == {
        "Check": count,
        "Diff": count,
        "Create": 0,
        "Update": 0,
        "Delete": 0,
        "Read": 0,
    }
    assert full.calls["/pulumirpc.Analyzer/AnalyzeStack"] == 1
    assert deployed.is_complete


def test_what_was_changed_by_hand_is_named_and_put_right(deployed: Deployed) -> None:
    assert deployed.up().code == 0
    stack, engine = deployed.stack, deployed.engine
    name = engine.name
    engine.container("control", "console").stop(timeout=0)
    engine.container("control", "alertmanager").remove(force=True)
    engine.container("control", "prometheus").update(mem_limit="300m", memswap_limit="300m")
    engine.container("solo", "collector").update(cpu_shares=2)
    engine.container("solo", "collector").pause()
    engine.client.networks.get(f"planewatch-{stack.name}-solo").disconnect(name("solo", "api"))

    repaired = deployed.up()
    assert repaired.code == 0, repaired.text
    for told in (
        f"{name('control', 'console')}: does not run (exited, exit code ",
        f"{name('control', 'alertmanager')}: is gone",
        f"{name('control', 'prometheus')}: memory is 300, not 512",
        f"{name('solo', 'collector')}: cpuShares is 2, not 0",
        f"{name('solo', 'collector')}: is paused",
        f"{name('solo', 'api')}: is not attached to network planewatch-{stack.name}-solo",
    ):
        assert f"differs from the state: {told}" in repaired.err
    engine.wait_healthy()
    assert set(engine.health()) == {
        f"{zone}-{role}"
        for zone, role in (
            ("control", "console"),
            ("control", "alertmanager"),
            ("control", "prometheus"),
            ("solo", "collector"),
            ("solo", "api"),
        )
    }
    assert engine.container("control", "prometheus").attrs["HostConfig"]["Memory"] == 512 << 20
    assert engine.container("solo", "collector").attrs["HostConfig"]["CpuShares"] == 0
    again = deployed.up()
    assert again.code == 0, again.text
    assert _UNCHANGED in again.err


def test_a_failed_up_leaves_no_fingerprint(deployed: Deployed) -> None:
    stack = deployed.stack
    assert deployed.up().code == 0
    written = stack.workspace.stack_file.read_text()
    stack.workspace.stack_file.write_text(f"{written}  planewatch:unknown: x\n")
    failed = deployed.up()
    assert failed.code != 0, failed.text
    assert "changed since the last complete `up`: configuration" in failed.err
    assert not deployed.is_complete

    stack.workspace.stack_file.write_text(written)
    back = deployed.up()
    assert back.code == 0, back.text
    assert _NO_UPDATE in back.err
    assert deployed.is_complete
