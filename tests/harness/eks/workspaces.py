"""The workspaces of a simulated account, each a real Prometheus and Alertmanager with what the account has for it."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.harness.managed_prometheus.alert_manager import AlertManager, alert_manager
from tests.harness.managed_prometheus.local import OUT_OF_ORDER_S
from tests.harness.managed_prometheus.service import Workspace
from tests.harness.managed_prometheus.stores import WorkspaceStore, store

_LOOK_S = 1.0


@dataclass(kw_only=True)
class Workspaces:
    """``frontends`` by id; ``look`` brings them up to date with what the boto3 client ``amp`` says in ``region``.

    ``prometheus`` and ``alertmanager`` are programs, ``topics_url`` is where the account's SNS answers.
    """

    amp: Any
    region: str
    folder: Path
    prometheus: str
    alertmanager: str
    topics_url: str
    frontends: dict[str, Workspace] = field(default_factory=dict)
    _stores: dict[str, WorkspaceStore] = field(default_factory=dict)
    _managers: dict[str, AlertManager] = field(default_factory=dict)
    _rules: dict[tuple[str, str], str] = field(default_factory=dict)
    _definitions: dict[str, str] = field(default_factory=dict)
    _running: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def following(self) -> Iterator[None]:
        """Look every second while the context lasts; then end every store."""
        ended = threading.Event()

        def follow() -> None:
            while not ended.wait(_LOOK_S):
                # Between two questions something may go; the next look sees it gone.
                with suppress(self.amp.exceptions.ResourceNotFoundException):
                    self.look()

        thread = threading.Thread(target=follow, daemon=True)
        with self._running:
            thread.start()
            try:
                yield
            finally:
                ended.set()
                thread.join()

    def look(self) -> None:
        """Open what is new, with its rules; a workspace that is gone keeps its store but has no frontend."""
        there = {one["workspaceId"] for one in self.amp.list_workspaces()["workspaces"]}
        for identity in sorted(there):
            if identity not in self._stores:
                self._open(identity)
            if identity not in self.frontends:
                url = self._stores[identity].url
                self.frontends[identity] = Workspace(id=identity, region=self.region, store_url=url)
            self._load_rules(identity)
            self._load_definition(identity)
        for identity in set(self.frontends) - there:
            del self.frontends[identity]

    def _open(self, identity: str) -> None:
        folder = self.folder / identity
        manager = self._running.enter_context(
            alert_manager(folder / "alertmanager", self.alertmanager, self.topics_url)
        )
        self._managers[identity] = manager
        self._stores[identity] = self._running.enter_context(
            store(folder, self.prometheus, out_of_order_s=OUT_OF_ORDER_S, alertmanager=manager.address)
        )

    def _load_definition(self, identity: str) -> None:
        with suppress(self.amp.exceptions.ResourceNotFoundException):
            found = self.amp.describe_alert_manager_definition(workspaceId=identity)["alertManagerDefinition"]
            text = found["data"].decode()
            if self._definitions.get(identity) != text:
                self._managers[identity].put(text)
                self._definitions[identity] = text

    def _load_rules(self, identity: str) -> None:
        names = {
            entry["name"]
            for page in self.amp.get_paginator("list_rule_groups_namespaces").paginate(workspaceId=identity)
            for entry in page["ruleGroupsNamespaces"]
        }
        for name in names:
            found = self.amp.describe_rule_groups_namespace(workspaceId=identity, name=name)["ruleGroupsNamespace"]
            text = found["data"].decode()
            if self._rules.get((identity, name)) != text:
                self._stores[identity].put_rules(name, text)
                self._rules[identity, name] = text
        for name in {name for where, name in self._rules if where == identity} - names:
            self._stores[identity].delete_rules(name)
            del self._rules[identity, name]
