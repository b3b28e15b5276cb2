"""The real Prometheus behind each workspace: a store that takes remote write and runs the workspace's rules."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.harness.ports import free_port
from tests.harness.processes import Program, running


@dataclass(frozen=True, kw_only=True)
class WorkspaceStore:
    """The store of one workspace; ``url`` is its own, which nobody but the service asks."""

    url: str
    rules: Path

    def put_rules(self, namespace: str, text: str) -> None:
        """Load a rule groups namespace in place of the one of that name; HTTPStatusError when it is refused."""
        (self.rules / f"{namespace}.yml").write_text(text)
        self._reload()

    def delete_rules(self, namespace: str) -> None:
        """Forget a rule groups namespace."""
        (self.rules / f"{namespace}.yml").unlink()
        self._reload()

    def _reload(self) -> None:
        httpx.post(f"{self.url}/-/reload", timeout=30, trust_env=False).raise_for_status()


@contextmanager
def store(
    folder: Path,
    program: str,
    *,
    out_of_order_s: int,
    evaluation_s: int = 10,
    memory_s: int = 300,
    alertmanager: str | None = None,
) -> Iterator[WorkspaceStore]:
    """Run a store with its data in ``folder``; samples up to ``out_of_order_s`` older than the newest are taken.

    A query sees the newest sample of a series for ``memory_s``. Its alerts go to ``alertmanager`` (host:port), without
    one nowhere.
    """
    rules = folder / "rules"
    rules.mkdir(parents=True)
    port = free_port()
    config = {
        "global": {"evaluation_interval": f"{evaluation_s}s"},
        "rule_files": [f"{rules}/*.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}] if alertmanager else []},
        # The workspace's setting of that name.
        "storage": {"tsdb": {"out_of_order_time_window": f"{out_of_order_s}s"}},
    }
    # JSON is YAML.
    (folder / "prometheus.yml").write_text(json.dumps(config))
    made = WorkspaceStore(url=f"http://127.0.0.1:{port}", rules=rules)
    command = [
        program,
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-remote-write-receiver",
        "--web.enable-lifecycle",
        f"--query.lookback-delta={memory_s}s",
    ]
    with running(Program(command, folder / "store.log"), f"{made.url}/-/ready"):
        yield made
