"""The real Alertmanager behind a workspace: it runs the workspace's definition and publishes to topics."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.harness.ports import free_port
from tests.harness.processes import Program, running

# What a workspace without a definition does.
_SILENT = {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}


@dataclass(frozen=True, kw_only=True)
class AlertManager:
    """The alert manager of one workspace at ``address`` (host:port); ``topics_url`` is where SNS answers."""

    address: str
    folder: Path
    topics_url: str

    def put(self, definition: str) -> None:
        """Run a definition in place of what was before; HTTPStatusError when Alertmanager refuses it."""
        said = yaml.safe_load(definition)
        for name, text in (said.get("template_files") or {}).items():
            (self.folder / name).write_text(text)
        self.write(self._at_the_account(yaml.safe_load(said["alertmanager_config"])))
        httpx.post(f"http://{self.address}/-/reload", timeout=30, trust_env=False).raise_for_status()

    def write(self, config: dict[str, Any]) -> None:
        """Write the configuration, without having it read."""
        # JSON is YAML.
        (self.folder / "alertmanager.yml").write_text(json.dumps(config))

    def _at_the_account(self, config: dict[str, Any]) -> dict[str, Any]:
        """Name SNS's address, which the service knows by itself."""
        for receiver in config["receivers"]:
            for topic in receiver.get("sns_configs", ()):
                topic["api_url"] = self.topics_url
        return config


@contextmanager
def alert_manager(folder: Path, program: str, topics_url: str) -> Iterator[AlertManager]:
    """Run an Alertmanager with its data in ``folder``, at first without a definition."""
    folder.mkdir(parents=True, exist_ok=True)
    made = AlertManager(address=f"127.0.0.1:{free_port()}", folder=folder, topics_url=topics_url)
    made.write(_SILENT)
    command = [
        program,
        f"--config.file={folder}/alertmanager.yml",
        f"--storage.path={folder}/data",
        f"--web.listen-address={made.address}",
        "--cluster.listen-address=",
    ]
    # The account takes any key. Its notifier cannot work with a machine's own bundle of authorities.
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_CA_BUNDLE": ""}
    with running(Program(command, folder / "alertmanager.log", keys), f"http://{made.address}/-/ready"):
        yield made
