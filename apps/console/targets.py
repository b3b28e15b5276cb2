"""Why scrapes fail, in the words of the Prometheus that tried: its list of targets, read one by one."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from apps.console.promql import PLANE_JOB, Key

PATH = "/api/v1/targets"
QUESTION = {"state": "active"}
_SHOWN_CHARACTERS = 300


class _Target(BaseModel):
    """A target as Prometheus and Thanos describe it; what else they say of it is ignored."""

    model_config = ConfigDict(frozen=True)
    labels: dict[str, str]
    error: str = Field(alias="lastError", min_length=1)


def errors(body: bytes) -> dict[Key, str]:
    """Return, by plane, why the last scrape of a target failed; ValueError for a body that is no list of targets."""
    try:
        listed = from_json(body)["data"]["activeTargets"]
        found = [target for target in map(_read, listed) if target is not None]
    except (KeyError, TypeError) as error:
        raise ValueError("no list of targets") from error
    failing = [target for target in found if target.labels.get("job") == PLANE_JOB]
    # Of several, such as those of two replicas, always the same one.
    return {
        (target.labels.get("environment", ""), target.labels.get("data_plane_id", "")): _shortened(target.error)
        for target in sorted(failing, key=lambda target: target.error, reverse=True)
    }


def _read(target: object) -> _Target | None:
    try:
        return _Target.model_validate(target)
    except ValidationError:
        return None


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
