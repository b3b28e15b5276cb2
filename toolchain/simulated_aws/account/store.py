"""Resources that moto lacks: stored in memory and answered as the services' models say."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolchain.simulated_aws.account.requests import ApiError, Request, missing

Record = dict[str, Any]


@dataclass(frozen=True)
class ResourceKind:
    """One kind of resource: its operations, the parameters that are its key, and how its answers look.

    `wrap` is the member of the answer that holds the resource. `fill` completes a new record, `validate` refuses
    requests. `update` carries parameters over except those that are keys.
    """

    service: str
    create: str
    describe: str
    delete: str
    update: str = ""
    list_all: tuple[str, str] = ("", "")
    keys: tuple[str, ...] = ()
    wrap: str = ""
    # What the answers to making, changing and removing hold: the resource, or its status only.
    answers_status: bool = False
    made_key: str = ""
    noun: str = "resource"
    fill: Callable[[Request, Record], None] = lambda _request, _record: None
    validate: Callable[[Request], object] = lambda _request: None


@dataclass
class Store:
    """What is stored, by region, kind and key; tags by ARN."""

    records: dict[tuple[str, str, tuple[str, ...]], Record] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def find(self, kind: ResourceKind, region: str, key: tuple[str, ...]) -> Record:
        """Return a record; raises ApiError if it does not exist."""
        found = self.records.get((kind.create, region, key))
        if found is None:
            raise missing(f"No {kind.noun} found for: {', '.join(key)}")
        return found

    def of(self, kind: ResourceKind, region: str, first: tuple[str, ...] = ()) -> list[Record]:
        """List the records of a kind whose keys begin like this."""
        return [
            record
            for (name, where, key), record in self.records.items()
            if name == kind.create and where == region and key[: len(first)] == first
        ]

    def drop(self, region: str, service: str, first: str, kinds: tuple[ResourceKind, ...]) -> None:
        """Delete everything that belonged to a resource that is gone."""
        names = {kind.create for kind in kinds if kind.service == service}
        gone = [
            entry for entry in self.records if entry[0] in names and entry[1] == region and entry[2][:1] == (first,)
        ]
        for entry in gone:
            del self.records[entry]

    def tagged(self, arn: str) -> Record | None:
        """Find the record of an ARN."""
        return next((record for record in self.records.values() if arn in _arns(record)), None)


def _arns(record: Record) -> list[str]:
    return [str(value) for key, value in record.items() if key.lower().endswith("arn") and isinstance(value, str)][:4]


def answer(kind: ResourceKind, request: Request, store: Store) -> Record | None:
    """Answer an operation of a kind; None when it is none of its."""
    key = tuple(request.text(name) for name in kind.keys)
    with store.lock:
        if request.operation == kind.create:
            return _create(kind, request, store, key)
        if request.operation == kind.describe:
            return _wrapped(kind, store.find(kind, request.region, key))
        if kind.update and request.operation == kind.update:
            kind.validate(request)
            record = store.find(kind, request.region, key)
            record |= {name: value for name, value in request.params.items() if name not in (*kind.keys, *_LEFT_OUT)}
            record["modifiedAt"] = record["lastModifiedAt"] = time.time()
            return {"status": record["status"]} | _ids(kind, record) if kind.answers_status else _wrapped(kind, record)
        if request.operation == kind.delete:
            record = store.find(kind, request.region, key)
            del store.records[kind.create, request.region, key]
            return {} if kind.answers_status else _wrapped(kind, record)
        if request.operation == kind.list_all[0]:
            found = store.of(kind, request.region, tuple(request.text(n) for n in kind.keys if n in request.params))
            return {kind.list_all[1]: found}
    return None


_LEFT_OUT = ("clientToken", "clientRequestToken", "resolveConflicts", "preserve", "force")


def _create(kind: ResourceKind, request: Request, store: Store, key: tuple[str, ...]) -> Record:
    kind.validate(request)
    record: Record = {name: value for name, value in request.params.items() if name not in _LEFT_OUT}
    record |= {"createdAt": time.time(), "modifiedAt": time.time(), "tags": dict(request.params.get("tags") or {})}
    if kind.made_key:
        record[kind.made_key] = secrets.token_hex(10)
    if (kind.create, request.region, key) in store.records:
        code = "ResourceInUseException" if request.service == "eks" else "ConflictException"
        raise ApiError(code, f"The {kind.noun} {', '.join(key)} exists already", 409)
    kind.fill(request, record)
    if kind.made_key:
        key = (*key[:-1], str(record[kind.made_key]))
    store.records[kind.create, request.region, key] = record
    return {"status": record["status"]} | _ids(kind, record) if kind.answers_status else _wrapped(kind, record)


def _ids(kind: ResourceKind, record: Record) -> Record:
    return {name: record[name] for name in (kind.made_key, "arn", "tags") if name and name in record}


def _wrapped(kind: ResourceKind, record: Mapping[str, Any]) -> Record:
    return {kind.wrap: dict(record)} if kind.wrap else dict(record)


def tags(request: Request, store: Store) -> Record | None:
    """Tag what is stored; None if the ARN is somebody else's."""
    if request.operation not in ("TagResource", "UntagResource", "ListTagsForResource"):
        return None
    record = store.tagged(request.text("resourceArn"))
    if record is None:
        return None
    if request.operation == "TagResource":
        record["tags"] |= request.params["tags"]
    elif request.operation == "UntagResource":
        for name in request.params["tagKeys"]:
            record["tags"].pop(name, None)
    else:
        return {"tags": record["tags"]}
    return {}
