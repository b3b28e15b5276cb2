"""What the collector does not pass on, by reason: each of these processors counts the points that it drops.

A scrape fails as a whole when one label is too long or a metric has too many of them: the plane would be down for one
attribute. So what would break a limit of the scrape (`PlaneLimits`) does not get there, and neither does what the
exporters would drop without a word. ``otelcol_processor_filter_datapoints_filtered_total`` counts it, by ``filter``.
"""

from config.services.ottl import Processor, dropping
from config.services.scraping import RESERVED_NAMES, PlaneLimits

# Marks attributes that have no valid name or are too long; the filter that drops the point counts it by this mark.
UNNAMEABLE, OVERSIZED = "planewatch.unnameable", "planewatch.oversized"
# Labels that others add: name, le, job, instance, both as exported, the plane's two, two of the scope; some room.
_OTHERS_LABELS = 14
# What others put before a name: "otel_scope_", "exported_", "key_".
_PREFIX_BYTES = 56
# Of names of metrics and scopes; of units, which become part of names.
_NAME_BYTES, _UNIT_BYTES = 512, 63
# Each is a sample of its own.
_BUCKETS = 256
# A store takes points behind newer ones of their series for 10 minutes, and a written one may have waited on the way.
# One that the store refuses is written again and again, and nothing behind it.
_OLDEST_S = 300


def attribute_limit(limits: PlaneLimits) -> int:
    """Return how many attributes something may have."""
    return limits.labels - _OTHERS_LABELS


def key_limit(limits: PlaneLimits) -> int:
    """Return how long the name of an attribute may be."""
    return limits.label_name_bytes - _PREFIX_BYTES


def value_limit(limits: PlaneLimits) -> int:
    """Return how long attributes may be in all: half of what a scrape takes is what Managed Prometheus takes."""
    return limits.label_value_bytes // 2


def resource_value_limit(limits: PlaneLimits) -> int:
    """Return how long an attribute of a resource may be: two of them and a slash become the label ``job``."""
    return value_limit(limits) // 2 - 1


def filters(limits: PlaneLimits) -> dict[str, Processor]:
    """Return the processors by name, in the order in which they stand in a pipeline."""
    return {
        "filter/reserved": dropping(metric=_reserved()),
        "filter/names": dropping(metric=_NAMELESS, datapoint=_UNNAMEABLE),
        "filter/limits": dropping(metric=_long_names(), datapoint=_too_much(limits)),
        "filter/times": dropping(datapoint=(f"datapoint.time_unix_nano < UnixNano(Now()) - {_OLDEST_S * 10**9}",)),
        "filter/values": dropping(metric=_NO_METRIC, datapoint=_NO_VALUE),
    }


def _reserved() -> tuple[str, ...]:
    # The exporters replace "." and the like by "_" and leave them out at both ends, and add the unit to "scrape".
    names = f"{RESERVED_NAMES}|scrape".replace("_", "[^a-zA-Z0-9]")
    return (f'IsMatch(metric.name, "^[^a-zA-Z0-9:]*({names})[^a-zA-Z0-9:]*$")',)


_NAMELESS = ('not IsMatch(metric.name, "[a-zA-Z0-9]")',)
_UNNAMEABLE = tuple(f'{where}.attributes["{UNNAMEABLE}"] != nil' for where in ("datapoint", "instrumentation_scope"))


def _long_names() -> tuple[str, ...]:
    return (f"Len(metric.name) > {_NAME_BYTES}", f"Len(metric.unit) > {_UNIT_BYTES}")


def _too_much(limits: PlaneLimits) -> tuple[str, ...]:
    own, scope = "datapoint.attributes", "instrumentation_scope.attributes"
    return (
        f"Len({own}) + Len({scope}) > {attribute_limit(limits)}",
        *(f'{each}["{OVERSIZED}"] != nil' for each in (own, scope)),
        f"metric.type == METRIC_DATA_TYPE_HISTOGRAM and Len(datapoint.explicit_bounds) > {_BUCKETS}",
        f"metric.type == METRIC_DATA_TYPE_SUMMARY and Len(datapoint.quantile_values) > {_BUCKETS}",
    )


def marking_oversized(context: str, limits: PlaneLimits) -> tuple[str, ...]:
    """Return the statements that mark a scope or a datapoint whose attributes, or one of them, are too long."""
    attributes, text = f"{context}.attributes", f'{context}.cache["text"]'
    # Names have only letters, digits and "_" by then; a value's own quotes are escaped.
    long_key = f'"\\"[a-zA-Z0-9_]{{{key_limit(limits) + 1},}}\\":"'
    mark = f'set({attributes}["{OVERSIZED}"], "true") where'
    names = (f"{mark} Len(scope.{field}) > {_NAME_BYTES}" for field in ("name", "version"))
    return (
        # Once: it costs more than all else that is done to a point.
        f"set({text}, String({attributes}))",
        f"{mark} Len({text}) > {value_limit(limits)}",
        f"{mark} Len({text}) > {key_limit(limits)} and IsMatch({text}, {long_key})",
        *(names if context == "scope" else ()),
    )


_NO_METRIC = (
    "metric.type == METRIC_DATA_TYPE_NONE",
    (
        "(metric.type == METRIC_DATA_TYPE_SUM or metric.type == METRIC_DATA_TYPE_HISTOGRAM"
        " or metric.type == METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM)"
        " and metric.aggregation_temporality == AGGREGATION_TEMPORALITY_UNSPECIFIED"
    ),
)
_LARGEST = "1.7976931348623157e308"
# NaN differs from itself. One such value in a sum or a histogram would make its rate NaN, and with it the plane's.
_NO_VALUE = (
    (
        "metric.type == METRIC_DATA_TYPE_SUM and metric.is_monotonic == true and (datapoint.value_int < 0"
        " or datapoint.value_double < 0.0 or datapoint.value_double != datapoint.value_double"
        f" or datapoint.value_double > {_LARGEST})"
    ),
    (
        "(metric.type == METRIC_DATA_TYPE_HISTOGRAM or metric.type == METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM)"
        f" and (datapoint.sum != datapoint.sum or datapoint.sum > {_LARGEST} or datapoint.sum < -{_LARGEST})"
    ),
    # One count for each bucket between, below and above the bounds; or no buckets at all.
    (
        "metric.type == METRIC_DATA_TYPE_HISTOGRAM and Len(datapoint.bucket_counts) > 0"
        " and Len(datapoint.bucket_counts) != Len(datapoint.explicit_bounds) + 1"
    ),
    # Explicit bounds begin at zero here: what was observed below has no bucket.
    (
        "metric.type == METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM"
        ' and IsMatch(String(datapoint.negative.bucket_counts), "[1-9]")'
    ),
)
