"""Making and changing objects: create, server-side apply, and both as a dry run."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from urllib.parse import quote

from toolchain.standins.kubernetes import managers
from toolchain.standins.kubernetes.client import (
    APPLY,
    BAD_REQUEST,
    CONFLICT,
    INVALID,
    JSON_PATCH,
    NOT_FOUND,
    ApiError,
    Client,
)
from toolchain.standins.kubernetes.diff import parsed
from toolchain.standins.kubernetes.discovery import Discovery, NoSuchKindError
from toolchain.standins.kubernetes.managers import made_by_pulumi
from toolchain.standins.kubernetes.objects import annotation, at, kind_of, name_of, title
from toolchain.standins.kubernetes.refusals import field_conflicts
from toolchain.standins.servicer.answering import CancelledError, RefusedError
from toolchain.standins.servicer.values import Props, Value, child, text

FORCE = "pulumi.com/patchForce"
# Creations go by this name; the first apply takes their fields over. That is how the official plugin does it.
CREATOR = "pulumi-kubernetes"
# A namespace or a definition that is being created at the same time gets this many tries, about 16 s in all.
CREATE_TRIES = 6
FIRST_PAUSE_SECONDS = 0.5
# Where the API server is asked to validate an object whose own namespace does not exist yet; nothing is made there.
JUDGING_NAMESPACE = "default"


@dataclass
class Applier:
    """Changes objects at one API server."""

    client: Client
    discovery: Discovery

    def create(self, obj: Props, manager: str, *, upsert: bool, force: bool = False) -> Props:
        """Create an object; with `upsert` an existing one is taken over, with `force` from other managers too."""
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(1, CREATE_TRIES + 1):
            try:
                return self.apply(obj, manager, force=force) if upsert else self._post(obj, {})
            except (ApiError, NoSuchKindError) as error:
                missing = isinstance(error, NoSuchKindError) or error.code == NOT_FOUND
                if not missing or attempt == CREATE_TRIES:
                    raise
            if self.client.cancelled.wait(pause):
                raise CancelledError("interrupted; the next `pulumi up` continues here")
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    def preview_create(self, obj: Props, manager: str, *, upsert: bool, replacing: bool) -> Props | None:
        """Have the API server validate a creation; None when it cannot say yet what it would make of the object.

        `replacing`: an object of this name may be there, it goes before this one comes. Of a replacement that a command
        asks for (`--replace`) the engine tells nothing; there may then be one that Pulumi made. The update refuses it.
        """
        if self.discovery.find(kind_of(obj)) is None:
            return None
        try:
            if upsert:
                # As the official plugin does: a preview meets no conflict, whoever owns the fields.
                return self.apply(obj, manager, force=True, dry_run=True)
            return self._post(obj, {"dryRun": "All"})
        except ApiError as error:
            if error.missing_namespace:
                self._validate_elsewhere(obj)
                return None
            if error.reason == "AlreadyExists" and (replacing or made_by_pulumi(self.read(obj) or {})):
                return None
            if error.code == NOT_FOUND or "does not support dry run" in str(error):
                return None
            raise

    def _validate_elsewhere(self, obj: Props) -> None:
        """Refuse what is invalid wherever it lies; what depends on the namespace is not validated."""
        moved = {**obj, "metadata": {**child(obj, "metadata"), "namespace": JUDGING_NAMESPACE}}
        try:
            self._post(moved, {"dryRun": "All"}, doing=f"create {title(obj)}")
        except ApiError as error:
            if error.code in (INVALID, BAD_REQUEST):
                raise

    def _post(self, obj: Props, query: dict[str, str], *, doing: str = "") -> Props:
        path = self.discovery.path(obj, fresh="dryRun" not in query)
        doing = doing or f"create {title(obj)}"
        # Strict: a misspelt field is an error, not silence.
        query = {"fieldManager": CREATOR, "fieldValidation": "Strict", **query}
        return self.client.request("POST", path, query=query, body=obj, doing=doing)

    def apply(self, obj: Props, manager: str, *, force: bool = False, dry_run: bool = False) -> Props:
        """Apply an object on the server; ApiError names the other field managers of a conflict."""
        force = force or annotation(obj, FORCE) == "true"
        path = f"{self.discovery.path(obj)}/{quote(name_of(obj))}"
        query = {"fieldManager": manager, "force": str(force).lower(), "fieldValidation": "Strict"}
        if dry_run:
            query["dryRun"] = "All"
        return self.client.request(
            "PATCH", path, query=query, body=obj, content_type=APPLY, doing=f"apply {title(obj)}"
        )

    def update(
        self, obj: Props, live_name: str, manager: str, *, force: bool, ignored: Sequence[str], dry_run: bool
    ) -> Props:
        """Change an object in place. `live_name` is the name it has, `ignored` are paths the program leaves alone."""
        named = {**obj, "metadata": {**child(obj, "metadata"), "name": live_name}}
        live = self.read(named)
        if live is None:
            raise RefusedError(
                f"{title(named)} was deleted outside this stack; run `pulumi refresh`, and the next `up` creates it"
            )
        if kind_of(obj).kind == "CustomResourceDefinition":
            return self._put(named, live, manager, dry_run=dry_run)
        if not dry_run:
            self._take_over(live, manager)
        wanted = _without_ignored(named, live, ignored, manager)
        try:
            return self.apply(wanted, manager, force=force, dry_run=dry_run)
        except ApiError as error:
            found = field_conflicts(error.status)
            ours = error.code == CONFLICT and found and all(managers.is_ours(name) for name, _ in found)
            # A dry run takes nothing over beforehand, so it conflicts with what it would have taken over.
            if not (dry_run and ours):
                raise
        return self.apply(wanted, manager, force=True, dry_run=True)

    def _put(self, obj: Props, live: Props, manager: str, *, dry_run: bool) -> Props:
        """Replace a definition as a whole: its schema's lists cannot be merged."""
        metadata = child(obj, "metadata") | {"resourceVersion": text(child(live, "metadata"), "resourceVersion")}
        query = {"fieldManager": manager, "fieldValidation": "Strict"} | ({"dryRun": "All"} if dry_run else {})
        path = self.discovery.object_path(obj)
        return self.client.request(
            "PUT", path, query=query, body={**obj, "metadata": metadata}, doing=f"update {title(obj)}"
        )

    def _take_over(self, live: Props, manager: str) -> None:
        patch = managers.take_over(live, manager)
        if patch is None:
            return
        path = self.discovery.object_path(live)
        try:
            self.client.request("PATCH", path, body=patch, content_type=JSON_PATCH, doing=f"take over {title(live)}")
        except ApiError as error:
            if error.code not in (CONFLICT, INVALID):
                raise
            # A controller wrote its status in between; what it looks like now is as good.
            again = self.read(live)
            fresh = managers.take_over(again, manager) if again else None
            if fresh is not None:
                self.client.request(
                    "PATCH", path, body=fresh, content_type=JSON_PATCH, doing=f"take over {title(live)}"
                )

    def relinquish(self, live: Props, manager: str) -> None:
        """Give up every field that this manager owns."""
        bare: Props = {
            "apiVersion": live["apiVersion"],
            "kind": live["kind"],
            "metadata": {
                key: child(live, "metadata")[key] for key in ("name", "namespace") if key in child(live, "metadata")
            },
        }
        self.apply(bare, manager)

    def read(self, obj: Props) -> Props | None:
        """Get the live object, None when it is gone or its kind is."""
        try:
            return self.client.get(self.discovery.object_path(obj), doing=f"read {title(obj)}")
        except NoSuchKindError:
            return None
        except ApiError as error:
            if error.code == NOT_FOUND:
                return None
            raise


def _without_ignored(obj: Props, live: Props, ignored: Sequence[str], manager: str) -> Props:
    """Leave out ignored fields that others own, and keep ignored fields of our own as they are."""
    made = deepcopy(obj)
    for spelled in ignored:
        path = parsed(spelled)
        *parents, last = path
        place: Value = at(made, tuple(parents))
        current = at(live, path)
        if not isinstance(place, dict) or not isinstance(last, str):
            continue
        if managers.owned_by_others_only(live, path, manager):
            place.pop(last, None)
        elif current is not None:
            place[last] = current
    return made
