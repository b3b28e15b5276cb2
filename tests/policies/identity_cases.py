"""Cases of the policies about what a container or network says it is."""

from policies.anywhere import (
    resource_carries_identity,
)
from policies.docker import (
    scrape_network_is_internal,
)
from policies.docker_views import CONTAINER, NETWORK, REMOTE_IMAGE
from tests.policies.cases import Case
from tests.policies.samples import (
    UNKNOWN_FLAG,
    UNKNOWN_LIST,
    UNKNOWN_TEXT,
    Props,
    carrier,
    hardened,
    identity,
    resource,
)

_who = resource_carries_identity.POLICY
_closed = scrape_network_is_internal.POLICY
_image = resource({"name": "a:1"}, REMOTE_IMAGE)
_PROD = "planewatch-sample-prod"


def _api(**changes: object) -> Props:
    return hardened(**{"labels": identity("prod", "api"), **changes})


def _network(**changes: object) -> Props:
    return {"name": _PROD, "labels": identity("prod", "network"), **changes}


def _scrape(**changes: object) -> Props:
    return _network(name=f"{_PROD}-scrape", **changes)


_LABELS_LACKING = "lacks the labels planewatch.stack, planewatch.data_plane_id, planewatch.role"

CASES = (
    Case(_who, "pass", "a container", resource(_api())),
    Case(_who, "pass", "a network", resource(_network(), NETWORK)),
    Case(_who, "pass", "a scrape network", resource(_scrape(), NETWORK)),
    Case(_who, "pass", "a carrier", resource(carrier(labels=identity("prod", "api")))),
    Case(_who, "fail", "no labels", resource(_api(labels=None)), (_LABELS_LACKING,)),
    Case(_who, "fail", "other labels", resource(_api(labels=[{"label": "a", "value": "b"}])), (_LABELS_LACKING,)),
    Case(
        _who,
        "fail",
        "network without role",
        resource(_network(labels=identity("prod", "")), NETWORK),
        ("Network 'subject': lacks the labels planewatch.role",),
    ),
    Case(
        _who,
        "fail",
        "another stack",
        resource(_api(name="planewatch-x-prod-api", labels=identity("prod", "api", "x"))),
        ("label planewatch.stack is 'x' in stack 'sample'",),
    ),
    Case(_who, "fail", "role", resource(_api(name=f"{_PROD}-web")), (f"is named '{_PROD}-web', not '{_PROD}-api'",)),
    Case(_who, "fail", "named by chance", resource(_api(name=None)), (f"is named '', not '{_PROD}-api'",)),
    Case(_who, "fail", "a service with a suffix", resource(_api(name=f"{_PROD}-api-2")), ("is named",)),
    Case(
        _who,
        "fail",
        "a carrier of another service",
        resource(carrier(labels=identity("prod", "collector"))),
        (f"not '{_PROD}-collector'",),
    ),
    Case(_who, "fail", "network", resource(_network(name="n"), NETWORK), (f"not '{_PROD}' or '{_PROD}-scrape'",)),
    Case(_who, "unknown", "labels", resource(_api(labels=UNKNOWN_LIST))),
    Case(_who, "unknown", "one label", resource(_api(labels=[{"label": "a", "value": UNKNOWN_TEXT}]))),
    Case(_who, "unknown", "name", resource(_api(name=UNKNOWN_TEXT))),
    Case(_who, "not-applicable", "an image", _image),
    Case(_closed, "pass", "internal", resource(_scrape(internal=True), NETWORK)),
    Case(_closed, "pass", "a plane's own network", resource(_network(), NETWORK)),
    Case(_closed, "fail", "not said", resource(_scrape(), NETWORK), ("is not internal",)),
    Case(_closed, "fail", "open", resource(_scrape(internal=False), NETWORK), ("is not internal",)),
    Case(_closed, "unknown", "internal", resource(_scrape(internal=UNKNOWN_FLAG), NETWORK)),
    Case(_closed, "unknown", "name", resource(_network(name=UNKNOWN_TEXT), NETWORK)),
    Case(_closed, "not-applicable", "a container", resource(_api(), CONTAINER)),
)
