"""Label the durations of health probes' requests, so that no figure counts them as traffic.

Probes come every few seconds, and would hide errors and latency of a plane with little traffic. Only the plane knows
where its services are probed, so its collector sets the label. What the sample API uses, and every service without a
path of its own, is known everywhere by its route.
"""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from config.packs.http import PROBE_LABEL, PROBE_ROUTE
from config.services.ottl import Processor, changing

# Traffic comes there as well.
_SHARED = ("/", "")
_DURATION = "http.server.request.duration"


def routes(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the routes by which probes of these paths are to be known; a page at ``/`` counts as traffic."""
    plain = {unquote(urlsplit(path).path) for path in paths}
    return tuple(sorted(plain - {PROBE_ROUTE, *_SHARED}))


def marking(probed: tuple[str, ...]) -> dict[str, Processor]:
    """Return the processor that puts the label on the durations of these routes, once attributes are named as labels.

    There is none where there is nothing to mark.
    """
    if not probed:
        return {}
    mark = f'set(datapoint.attributes["{PROBE_LABEL}"], "true") where metric.name == "{_DURATION}" and'
    return {
        "transform/probes": changing(
            datapoint=tuple(f'{mark} datapoint.attributes["http_route"] == {_quoted(route)}' for route in probed)
        )
    }


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
