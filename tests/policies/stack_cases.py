"""Cases of the policies over the zones of a stack."""

from pulumi_policy import PolicyResource

from policies.docker_views import CONTAINER, NETWORK, REMOTE_IMAGE
from policies.stack import (
    api_stays_off_control_network,
    no_flow_between_planes,
    planes_have_own_zones,
    scrape_networks_are_closed,
)
from tests.policies.cases import Case, Kind
from tests.policies.samples import (
    UNKNOWN_LIST,
    UNKNOWN_TEXT,
    carrier,
    identity,
    member,
    network,
    output,
    platform,
    stack,
)

_zones = planes_have_own_zones.POLICY
_flow = no_flow_between_planes.POLICY
_scrape = scrape_networks_are_closed.POLICY
_api = api_stays_off_control_network.POLICY
_ALL = (_zones, _flow, _scrape, _api)

_PROD, _DEV, _CONTROL = "planewatch-sample-prod", "planewatch-sample-dev", "planewatch-sample-control"
_elsewhere = output(REMOTE_IMAGE, "image", {"name": "a:1"})
# A plugin without outputs in previews leaves resources bare; what is there may hold on to them by unknown names.
_unnamed_carrier = output(
    CONTAINER, "prod-collector-files", carrier(name=UNKNOWN_TEXT, labels=identity("prod", "collector"))
)
_bare = (output(NETWORK, "prod", {}), output(CONTAINER, "prod-api", {}), member("prod", "collector", UNKNOWN_TEXT))


def _with(*changed: PolicyResource) -> list[PolicyResource]:
    """Give a good stack in which the given resources stand in for those of the same name."""
    return [*platform("prod", "dev", without=tuple(r.name for r in changed)), *changed]


def _case(policy: object, kind: Kind, what: str, changed: tuple[PolicyResource, ...], *says: str) -> Case:
    chosen = next(p for p in _ALL if p is policy)
    return Case(chosen, kind, what, stack(*_with(*changed)), says)


CASES = (
    *(Case(policy, "pass", "three planes", stack(*platform("prod", "dev", "qa"))) for policy in _ALL),
    *(Case(policy, "pass", "no plane", stack(*platform())) for policy in _ALL),
    *(Case(policy, "unknown", "no outputs in a preview", stack(*_bare)) for policy in _ALL),
    *(
        _case(policy, "unknown", "networks of one container", (member("prod", "api", networksAdvanced=UNKNOWN_LIST),))
        for policy in _ALL
    ),
    *(_case(policy, "unknown", "labels", (member("prod", "api", labels=UNKNOWN_LIST),)) for policy in _ALL),
    *(Case(policy, "unknown", "name of a carrier", stack(*_with(_unnamed_carrier))) for policy in _ALL),
    _case(
        _scrape,
        "fail",
        "no collector, beside a carrier of unknown name",
        (member("prod", "collector", _PROD), _unnamed_carrier),
        "the collector of plane 'prod' is not on its scrape network",
    ),
    *(Case(policy, "not-applicable", "no containers", stack(_elsewhere)) for policy in _ALL),
    *(Case(policy, "not-applicable", "an empty stack", stack()) for policy in _ALL),
    _case(
        _zones,
        "fail",
        "network of another plane",
        (member("dev", "api", _DEV, _PROD),),
        f"of plane 'dev' is attached to '{_PROD}' of plane 'prod'",
    ),
    _case(
        _zones,
        "fail",
        "network of another plane by id",
        (member("dev", "api", _DEV, f"id-of-{_PROD}"),),
        f"of plane 'dev' is attached to '{_PROD}' of plane 'prod'",
    ),
    _case(
        _zones,
        "fail",
        "network of another plane by mode",
        (member("dev", "api", _DEV, networkMode=_PROD),),
        f"is attached to '{_PROD}'",
    ),
    _case(_zones, "fail", "engine's bridge", (member("dev", "api"),), "is on the engine's shared bridge"),
    _case(_zones, "fail", "no network", (member("dev", "api", networkMode="none"),), "is not attached to a network"),
    _case(_zones, "fail", "foreign network", (member("dev", "api", _DEV, "office"),), "not a network of this stack"),
    _case(_zones, "fail", "no plane", (member("dev", "api", _DEV, labels=[]),), "belongs to no plane"),
    _case(
        _zones,
        "fail",
        "Prometheus on a plane's own network",
        (member("control", "prometheus", _CONTROL, f"{_PROD}-scrape", f"{_DEV}-scrape", _DEV),),
        f"is attached to '{_DEV}' of plane 'dev'",
    ),
    _case(
        _flow,
        "fail",
        "planes meet",
        (member("dev", "collector", _DEV, f"{_DEV}-scrape", _PROD),),
        f"planes dev and prod meet on network '{_PROD}'",
    ),
    _case(
        _flow,
        "fail",
        "planes meet on a network outside the stack",
        (member("dev", "api", _DEV, "office"), member("prod", "api", _PROD, "office")),
        "planes dev and prod meet on network 'office'",
    ),
    _case(_flow, "fail", "on the bridge", (member("dev", "api"), member("prod", "api")), "network 'bridge'"),
    _case(
        _flow,
        "fail",
        "console on a scrape network",
        (member("control", "console", _CONTROL, f"{_PROD}-scrape"),),
        f"planes control and prod meet on network '{_PROD}-scrape'",
    ),
    _case(_scrape, "fail", "not internal", (network("prod", "-scrape", internal=False),), "is not internal"),
    _case(
        _scrape,
        "fail",
        "API on it",
        (member("prod", "api", _PROD, f"{_PROD}-scrape"),),
        f"Container 'prod-api': is on the scrape network '{_PROD}-scrape'",
    ),
    _case(
        _scrape,
        "fail",
        "no collector",
        (member("prod", "collector", _PROD),),
        "the collector of plane 'prod' is not on its scrape network",
    ),
    _case(
        _scrape,
        "fail",
        "no Prometheus",
        (member("control", "prometheus", _CONTROL, f"{_DEV}-scrape"),),
        "Network 'prod-scrape': Prometheus is not on the scrape network",
    ),
    _case(
        _scrape,
        "fail",
        "collector of another plane",
        (member("dev", "collector", _DEV, f"{_DEV}-scrape", f"{_PROD}-scrape"),),
        f"Container 'dev-collector': is on the scrape network '{_PROD}-scrape'",
    ),
    _case(
        _api,
        "fail",
        "on the control network",
        (member("prod", "api", _PROD, _CONTROL),),
        f"the API of plane 'prod' is on the control network '{_CONTROL}'",
    ),
)
