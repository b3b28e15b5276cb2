"""Prometheus's API over several stores, of which one answers nonsense: a warning, and the answers of the others."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.console.settings import PlaneStoreSettings, Settings
from apps.console.tests.answering import PLANES
from apps.console.tests.conftest import UNLIMITED, console
from apps.console.tests.upstream import Upstream, running

GOOD: dict[str, Any] = {
    "query": {"resultType": "vector", "result": [{"metric": {"a": "b"}, "value": [1, "2"]}]},
    "query_range": {"resultType": "matrix", "result": [{"metric": {"a": "b"}, "values": [[1, "2"]]}]},
    "labels": ["a", "environment"],
    "series": [{"__name__": "up"}],
    "metadata": {"up": [{"type": "gauge"}]},
    "rules": {"groups": [{"name": "g", "file": "f", "rules": [{"name": "r", "alerts": None}, {"name": "s"}]}]},
    "alerts": {"alerts": [{"labels": {"alertname": "A"}, "state": "firing"}]},
}
STRANGE: list[Any] = [
    *(None, 5, "text", [], {}, [1], [{"a": 1}], {"resultType": "vector"}, {"resultType": "matrix", "result": [{}]}),
    *({"resultType": "string", "result": [1, "x"]}, {"resultType": "vector", "result": [{"metric": {"a": 1}}]}),
    *({"groups": [{}]}, {"groups": [{"file": "f", "rules": [5]}]}, {"alerts": [{}]}, {"alerts": None}),
]


def _telling(data: object) -> Callable[[str, bytes], str]:
    return lambda _path, _form: json.dumps({"status": "success", "data": data})


def _fits(call: str, data: object) -> bool:
    """Whether it is an answer to the call after all."""
    return (call == "metadata" and isinstance(data, dict)) or (call in ("labels", "series") and data == [])


@pytest.mark.parametrize("call", GOOD)
async def test_the_other_plane_answers_and_there_is_a_warning(tmp_path: Path, call: str) -> None:
    good, odd = Upstream(answer=_telling(GOOD[call])), Upstream()
    for upstream in (good, odd):
        upstream.open.set()
    with running(good), running(odd):
        stores = [
            PlaneStoreSettings(environment=key[0], data_plane_id=key[1], url=each.url)
            for key, each in zip(PLANES, (good, odd), strict=True)
        ]
        settings = Settings(prometheus_urls=tuple(stores), web_root=tmp_path, rate_limit=UNLIMITED)
        async with console(settings) as client:
            for strange in STRANGE:
                odd.answer = _telling(strange)
                answer = await client.get(f"/prometheus/api/v1/{call}", params={"query": "a"})
                assert answer.status_code == 200, (strange, answer.text)
                wanted = None if _fits(call, strange) else ["data plane qa: Prometheus sent an unexpected response"]
                assert answer.json().get("warnings") == wanted, strange
                assert "shop" in answer.text or call in ("labels", "metadata")
