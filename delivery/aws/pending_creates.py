"""Adopt what a killed command was still creating on AWS: find it, wait for it, write it into the state.

A command that is killed while AWS creates something leaves a pending operation in the state, without an id. To forget
it, as for containers, would mean a second VPC, or `ResourceInUseException` for a cluster that takes ten minutes.
"""

import copy
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import jmespath
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from delivery import simulated
from delivery.aws.account import Account
from delivery.aws.kinds import KINDS, Kind
from delivery.errors import CommandError

Note = Callable[[str], None]
State = dict[str, Any]
# A cluster takes about ten minutes, a node group three; AWS's own waiters give up after twenty and eighty.
_PAUSE_S, _PATIENCE_S = 3, 3600
# The plugin of a killed command lives a moment longer, and AWS shows what is new only after a while.
_LATE_S = 5
_NOT_THERE = ("NotFound", "NoSuchEntity")


def is_unfinished(state: str) -> bool:
    """Whether an exported state (JSON) has an unfinished resource on AWS."""
    deployment = json.loads(state)["deployment"]
    pending = (entry["resource"]["type"] for entry in deployment.get("pending_operations") or [])
    begun = (one["type"] for one in deployment.get("resources") or [] if one.get("initErrors"))
    return any(token in KINDS for token in (*pending, *begun))


def adopt_pending_creates(state: str, account: Account, note: Note, *, late_s: float = _LATE_S) -> str:
    """Return an exported ``state`` (JSON) with every pending create that was found on AWS.

    Waits for what is still being made, also for what an interrupted command wrote down as unfinished, and looks again
    after ``late_s`` seconds for what is not there at once. Raises `CommandError` when AWS cannot be asked, has two that
    may be it, or failed to create it.
    """
    document: State = json.loads(state)
    deployment = document["deployment"]
    resources = deployment.setdefault("resources", [])
    pending: list[State] = deployment.get("pending_operations") or []
    search = _Search(account=account, known={(one["type"], one["id"]) for one in resources if one.get("id")}, note=note)
    try:
        for one in resources:
            if one.get("initErrors") and one["type"] in KINDS:
                with suppress(WaiterError):  # it failed, for which the next update may have the remedy
                    search.wait(one["type"], one["inputs"], one["id"])
        left = [entry for entry in pending if not search.adopt(entry, resources)]
        if any(_is_searched(entry) for entry in left):
            note(f"looking again in {late_s:g} s: AWS may list new resources late")
            time.sleep(late_s)
            left = [entry for entry in left if not search.adopt(entry, resources)]
    except (BotoCoreError, ClientError) as error:
        raise CommandError(
            f"cannot look up what a killed command was creating on AWS: {error}",
            remedy=f"{account.log_in}; then run the command again",
        ) from error
    if len(left) == len(pending):
        return state
    deployment["pending_operations"] = left
    return json.dumps(document)


@dataclass
class _Search:
    account: Account
    known: set[tuple[str, str]]
    note: Note
    clients: dict[str, Any] = field(default_factory=dict)

    def adopt(self, operation: State, resources: list[State]) -> bool:
        """Add the pending create to the resources; False when it was never created, or is not on AWS."""
        if not _is_searched(operation):
            return False
        resource = operation["resource"]
        kind = KINDS[resource["type"]]
        inputs = resource.get("inputs") or {}
        identity = self._identity(resource["type"], kind, inputs)
        if identity is None:
            return False
        try:
            self.wait(resource["type"], inputs, identity)
        except WaiterError as error:
            raise CommandError(
                f"AWS failed to create {resource['type']} {identity}, which a killed command had started: {error}",
                remedy="look up why in the AWS console, delete it there or with the AWS CLI, then run this again",
            ) from error
        # What AWS does not tell stays as it was asked for; the refresh that follows reads the rest.
        resources.append({**resource, "id": identity, "outputs": {**_plain(inputs), "id": identity}})
        self.note(f"adopted {resource['type']} {identity}, which was being created when a command was killed")
        return True

    def wait(self, token: str, inputs: Mapping[str, Any], identity: str) -> None:
        """Wait until it is created; raises `WaiterError` when that fails."""
        kind = KINDS[token]
        if kind.waiter is None:
            return
        name, params = kind.waiter
        self.note(f"waiting until AWS has created {token} {identity}")
        self._client(kind.service).get_waiter(name).wait(
            **_rendered(params, {**self._values(inputs), "found": identity}),
            WaiterConfig={"Delay": _PAUSE_S, "MaxAttempts": _PATIENCE_S // _PAUSE_S},
        )

    def _identity(self, token: str, kind: Kind, inputs: Mapping[str, Any]) -> str | None:
        try:
            values = self._values(inputs)
            found = self._found(kind, values)
        except KeyError:
            return None  # it was to get a name from AWS: nothing tells it from others
        ids = [kind.identity({**values, "found": one}) for one in found]
        new = [one for one in ids if (token, one) not in self.known]
        if len(new) > 1:
            raise CommandError(
                f"a killed command was creating {token}, and AWS has several that it may be: {', '.join(new)}",
                remedy="delete those that are unused, then run the command again",
            )
        return new[0] if new else None

    def _found(self, kind: Kind, values: Mapping[str, Any]) -> list[str]:
        client = self._client(kind.service)
        params = _rendered(kind.params, values)
        try:
            if client.can_paginate(kind.operation):
                answer = client.get_paginator(kind.operation).paginate(**params).build_full_result()
            else:
                answer = getattr(client, kind.operation)(**params)
        except ClientError as error:
            if any(words in error.response["Error"]["Code"] for words in _NOT_THERE):
                return []
            raise
        found = jmespath.search(kind.path.format_map(values), answer) or []
        candidates = found if isinstance(found, list) else [found]
        if kind.each is None:
            return candidates
        operation, asked, path, wanted = kind.each
        text = wanted.format_map(values)
        return [
            one
            for one in candidates
            if jmespath.search(path, getattr(client, operation)(**_rendered(asked, {"found": one}))) == text
        ]

    def _values(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {**inputs, "stack": self.account.stack, "account": self._number}

    @cached_property
    def _number(self) -> str:
        return str(self._client("sts").get_caller_identity()["Account"])

    def _client(self, service: str) -> Any:  # noqa: ANN401  boto3 makes its clients at run time
        if service not in self.clients:
            self.clients[service] = self._session.client(service)  # type: ignore[call-overload]  # stubs list services
        return self.clients[service]

    @cached_property
    def _session(self) -> boto3.Session:
        # Nobody's secret is wanted by an account that is simulated.
        key = simulated.SIMULATED if self.account.environ.get(simulated.VARIABLE) == simulated.SIMULATED else None
        return boto3.Session(
            aws_access_key_id=key,
            aws_secret_access_key=key,
            region_name=self.account.region,
            profile_name=self.account.profile,
        )


def _is_searched(operation: State) -> bool:
    return operation["type"] == "creating" and operation["resource"]["type"] in KINDS


def _rendered(template: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401  parameters of any operation
    if isinstance(template, str):
        return template.format_map(values)
    if isinstance(template, Mapping):
        return {key: _rendered(value, values) for key, value in template.items()}
    return [_rendered(value, values) for value in template]


def _plain(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs without the engine's own notes about defaults, as a state has outputs."""
    return {
        key: _plain(value) if isinstance(value, Mapping) else copy.deepcopy(value)
        for key, value in inputs.items()
        if not key.startswith("__")
    }
