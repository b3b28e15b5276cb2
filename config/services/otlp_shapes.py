"""How the collector makes one shape of the many that OTLP has, so that a scrape and a write store the same.

Both exporters take cumulative sums and explicit histograms alike. They differ in, or drop, everything else: names that
meet once "." is "_", deltas, exponential histograms, start times that move, points from the future.
"""

from config.buckets import LATENCY_BUCKETS_S
from config.services.otlp_limits import (
    UNNAMEABLE,
    attribute_limit,
    key_limit,
    marking_oversized,
    resource_value_limit,
)
from config.services.ottl import Processor, changing
from config.services.scraping import PlaneLimits

# A label of target_info that says that attributes of this resource are missing or shorter than they were sent.
CUT = "planewatch.cut"
_SERVICE = ("service.name", "service.namespace", "service.instance.id")
_DESCRIPTION_BYTES = 512
# Those of all services for durations, so that the buckets can be added up.
_BOUNDS = {
    "s": LATENCY_BUCKETS_S,
    "ms": tuple(bound * 1000 for bound in LATENCY_BUCKETS_S),
    # Whatever it counts: to 10⁹.
    "": tuple(4.0**exponent for exponent in range(16)),
}
# A series that nobody adds to for so long begins anew; a stream is a series at least.
_DELTA_STALE = "10m"
# Twice the SDKs' default export interval.
_YOUNG_S = 120


def naming(limits: PlaneLimits) -> dict[str, Processor]:
    """Return what makes names and attributes those of labels."""
    return {
        "transform/names": changing(
            resource=_resource(limits), scope=_scope(limits), metric=_metric(), datapoint=_datapoint(limits)
        )
    }


def accumulating(limits: PlaneLimits) -> dict[str, Processor]:
    """Return what makes cumulative sums and explicit histograms of all others."""
    return {
        "transform/histograms": changing(metric=_explicit(), datapoint=_bounds()),
        "delta_to_cumulative": {"max_stale": _DELTA_STALE, "max_streams": limits.samples},
    }


def starting() -> dict[str, Processor]:
    """Return what makes start times stay where they are, for a scraper that takes each new one for a reset.

    Clients exist that move the start of a running sum with every export. Of a sum that says that it is young, the
    start is the first point that was seen instead; an old one keeps its own, and none is made up where there is none.
    """
    age = "datapoint.time_unix_nano - datapoint.start_time_unix_nano"
    return {
        "transform/starts": changing(
            datapoint=(
                # The exporter takes this for none, as it takes 0; the next processor leaves it alone.
                "set(datapoint.start_time_unix_nano, 1) where datapoint.start_time_unix_nano == 0",
                f"set(datapoint.start_time_unix_nano, 0) where {age} < {_YOUNG_S * 10**9}",
            )
        ),
        "metric_start_time": {"strategy": "true_reset_point"},
    }


def _as_labels(attributes: str) -> tuple[str, ...]:
    # As both exporters do it each for itself: one does not shorten "__", the other puts "key" before "_".
    return (
        f'replace_all_patterns({attributes}, "key", "[^a-zA-Z0-9]+", "_")',
        f'replace_all_patterns({attributes}, "key", "^(_|$)", "key_")',
    )


def _resource(limits: PlaneLimits) -> tuple[str, ...]:
    attributes, cache = "resource.attributes", "resource.cache"
    kept = [(key, key.replace(".", "_"), f'{cache}["{key}"]') for key in _SERVICE]
    return (
        f"stringify_all({attributes})",
        f'set({cache}["count"], Len({attributes}))',
        *(f'set({saved}, {attributes}["{key}"])' for key, _, saved in kept),
        *_as_labels(attributes),
        # Those that become job and instance keep their names.
        *(f'delete_key({attributes}, "{renamed}") where {saved} != nil' for _, renamed, saved in kept),
        *(f'set({attributes}["{key}"], {saved}) where {saved} != nil' for key, _, saved in kept),
        f'set({cache}["whole"], String({attributes}))',
        f'delete_matching_keys({attributes}, "^.{{{key_limit(limits) + 1},}}$")',
        f"truncate_all({attributes}, {resource_value_limit(limits)})",
        f"limit({attributes}, {attribute_limit(limits)}, [{', '.join(map(_quoted, _SERVICE))}])",
        (
            f'set({attributes}["{CUT}"], "true")'
            f' where Len({attributes}) < {cache}["count"] or String({attributes}) != {cache}["whole"]'
        ),
    )


def _scope(limits: PlaneLimits) -> tuple[str, ...]:
    attributes, count = "scope.attributes", 'scope.cache["count"]'
    return (
        # Only a scrape would store it.
        'set(scope.schema_url, "")',
        f"stringify_all({attributes})",
        f"set({count}, Len({attributes}))",
        *_as_labels(attributes),
        f'set({attributes}["{UNNAMEABLE}"], "true") where Len({attributes}) < {count}',
        *marking_oversized("scope", limits),
    )


def _metric() -> tuple[str, ...]:
    description = "metric.description"
    return (
        (
            f"set({description}, Substring({description}, 0, {_DESCRIPTION_BYTES}, true))"
            f" where Len({description}) > {_DESCRIPTION_BYTES}"
        ),
    )


def _datapoint(limits: PlaneLimits) -> tuple[str, ...]:
    attributes, cache = "datapoint.attributes", "datapoint.cache"
    count, sent, met = (f'{cache}["{name}"]' for name in ("count", "sent", "met"))
    return (
        # No point is from later than now: as the newest of its series it would stay there until that time came.
        (
            "set(datapoint.time_unix_nano, UnixNano(Now()))"
            " where datapoint.time_unix_nano == 0 or datapoint.time_unix_nano > UnixNano(Now())"
        ),
        f"stringify_all({attributes})",
        f"set({count}, Len({attributes}))",
        f"set({sent}, {attributes})",
        *_as_labels(attributes),
        # "shop.id" and "shop_id": both are kept, and no other series has these labels.
        f"set({met}, true) where Len({attributes}) < {count}",
        f"set({attributes}, {sent}) where {met} == true",
        f'replace_all_patterns({attributes}, "key", "\\\\.", "_dot_") where {met} == true',
        *(f"{statement} where {met} == true" for statement in _as_labels(attributes)),
        f'set({attributes}["{UNNAMEABLE}"], "true") where {met} == true and Len({attributes}) < {count}',
        *marking_oversized("datapoint", limits),
    )


def _explicit() -> tuple[str, ...]:
    # The function counts (bound, next bound] at the lower of the two: with a zero before them the counts are those of
    # an OTLP histogram with these bounds, which it then lacks. A bucket that lies across a bound goes with its middle.
    return tuple(
        f'convert_exponential_histogram_to_histogram("midpoint", {_list((0.0, *bounds))}) where {_of_unit(unit)}'
        for unit, bounds in _BOUNDS.items()
    )


def _bounds() -> tuple[str, ...]:
    # Only those that were just converted have as many bounds as counts: others were dropped as malformed.
    counts = "datapoint.bucket_counts"
    converted = (
        "metric.type == METRIC_DATA_TYPE_HISTOGRAM"
        f" and Len({counts}) > 0 and Len({counts}) == Len(datapoint.explicit_bounds)"
    )
    return tuple(
        f"set(datapoint.explicit_bounds, {_list(bounds)}) where {converted} and {_of_unit(unit)}"
        for unit, bounds in _BOUNDS.items()
    )


def _of_unit(unit: str) -> str:
    if unit:
        return f'metric.unit == "{unit}"'
    return " and ".join(f'metric.unit != "{other}"' for other in _BOUNDS if other)


def _list(bounds: tuple[float, ...]) -> str:
    return f"[{', '.join(map(repr, bounds))}]"


def _quoted(text: str) -> str:
    return f'"{text}"'
