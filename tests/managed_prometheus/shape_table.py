"""The table of shapes: each is sent to a collector that is scraped and to one that writes, and is stored as it says."""

from tests.managed_prometheus.process_shapes import PROCESSES
from tests.managed_prometheus.shapes import (
    DELTA,
    LONG,
    SECOND,
    UNSPECIFIED,
    Json,
    Shape,
    exponential,
    exponential_point,
    gauge,
    histogram,
    histogram_point,
    number,
    summed,
    whole_number,
)

STEPS = 4
_TOTALS = (0, 15, 40, 115)
_PARTS = (5, 10, 25, 75)
# At scale 3: the buckets that end at 2 and at 256, and one between 279 and 304.
_TWO, _256, _300 = 7, 63, 65


def _le(bound: int) -> str:
    # A scrape writes it as "1.0", a write as "1".
    return rf'le=~"{bound}(\\.0)?"'


def _with_attributes(name: str, attributes: Json) -> Json:
    # Without a time: the collector's counts.
    return gauge(name, number(3, 0, attributes=attributes))


SUMS = (
    Shape(
        name="fixed-start",
        send=lambda at: [summed("fixed.start", number(_TOTALS[at.step], at.now, start=at.first))],
        stored={"fixed_start_total": 115},
        grown={"fixed_start_total": 115},
    ),
    Shape(
        name="moving-start",
        # Since the last scrape, as the previous export of a client that exports more often than it is scraped.
        send=lambda at: [summed("moving.start", number(_TOTALS[at.step], at.now, start=at.now - SECOND // 100))],
        stored={"moving_start_total": 115},
        grown={"moving_start_total": 115},
    ),
    Shape(
        name="start-is-now",
        send=lambda at: [summed("start.is.now", number(_TOTALS[at.step], at.now, start=at.now))],
        stored={"start_is_now_total": 115},
        grown={"start_is_now_total": 115},
    ),
    Shape(
        name="no-start",
        send=lambda at: [summed("no.start", number(_TOTALS[at.step], at.now))],
        stored={"no_start_total": 115},
        grown={"no_start_total": 115},
    ),
    Shape(
        name="restart",
        send=lambda at: [
            summed(
                "restart",
                number((0, 70, 10, 45)[at.step], at.now, start=at.first if at.step < 2 else at.times[2] + SECOND),
            )
        ],
        stored={"restart_total": 45},
        grown={"restart_total": 115},
    ),
    Shape(
        name="delta",
        send=lambda at: [summed("delta", number(_PARTS[at.step], at.now, start=at.before), temporality=DELTA)],
        stored={"delta_total": 115},
    ),
    Shape(
        name="delta-at-a-moment",
        send=lambda at: [summed("delta.moment", number(_PARTS[at.step], at.now, start=at.now), temporality=DELTA)],
        stored={"delta_moment_total": 115},
    ),
    Shape(
        name="delta-up-and-down",
        send=lambda at: [
            summed(
                "delta.up.down",
                number((5, -2, 4, -1)[at.step], at.now, start=at.before),
                temporality=DELTA,
                monotonic=False,
            )
        ],
        stored={"delta_up_down": 6},
    ),
    Shape(
        name="delta-twice",
        # The second of two processes that call themselves the same is late.
        send=lambda at: [
            summed("delta.twice", number(2, at.now, start=at.before), temporality=DELTA),
            *(
                [summed("delta.twice", number(9, at.now - SECOND, start=at.before), temporality=DELTA)]
                if at.step == 3
                else []
            ),
        ],
        stored={"delta_twice_total": 8},
        dropped=("deltas", 1),
    ),
)
HISTOGRAMS = (
    Shape(
        name="delta-histogram",
        send=lambda at: [
            histogram(
                "delta.histogram",
                histogram_point((1, 5), (1, 2, 3), at.now, start=at.before, total=20.0),
                temporality=DELTA,
            )
        ],
        stored={
            "delta_histogram_count": 24,
            "delta_histogram_sum": 80,
            f"delta_histogram_bucket{{{_le(1)}}}": 4,
            f"delta_histogram_bucket{{{_le(5)}}}": 12,
            'delta_histogram_bucket{le="+Inf"}': 24,
        },
    ),
    Shape(
        name="exponential",
        # Two seconds each: the 95th percentile is of (1, 2.5].
        send=lambda at: [
            exponential(
                "exponential",
                exponential_point(_TWO, (10 * (at.step + 1),), at.now, start=at.first, total=20.0 * (at.step + 1)),
                unit="s",
            )
        ],
        stored={
            "exponential_seconds_count": 40,
            "exponential_seconds_sum": 80,
            f"exponential_seconds_bucket{{{_le(1)}}}": 0,
            'exponential_seconds_bucket{le="2.5"}': 40,
            "histogram_quantile(0.95, sum by (le) (exponential_seconds_bucket))": 2.425,
        },
    ),
    Shape(
        name="exponential-delta",
        # 300 ms and 2 ms.
        send=lambda at: [
            exponential(
                "exponential.delta",
                exponential_point(_TWO, (1, *(0,) * (_300 - _TWO - 1), 3), at.now, start=at.before, total=770.0),
                unit="ms",
                temporality=DELTA,
            )
        ],
        stored={
            "exponential_delta_milliseconds_count": 16,
            f"exponential_delta_milliseconds_bucket{{{_le(5)}}}": 4,
            f"exponential_delta_milliseconds_bucket{{{_le(250)}}}": 4,
            f"exponential_delta_milliseconds_bucket{{{_le(500)}}}": 16,
        },
    ),
    Shape(
        name="exponential-bytes",
        send=lambda at: [
            exponential(
                "exponential.size",
                exponential_point(_256, (8,), at.now, start=at.first, total=2048.0),
                unit="By",
            )
        ],
        stored={
            f"exponential_size_bytes_bucket{{{_le(64)}}}": 0,
            f"exponential_size_bytes_bucket{{{_le(256)}}}": 8,
            "exponential_size_bytes_count": 8,
        },
    ),
    Shape(
        name="exponential-negative",
        send=lambda at: [
            exponential(
                "exponential.negative",
                exponential_point(_TWO, (1,), at.now, start=at.first, total=0.0, negative=(1,)),
                unit="s",
            )
        ],
        dropped=("values", STEPS),
    ),
    Shape(
        name="summary",
        send=lambda at: [
            {
                "name": "summary",
                "summary": {
                    "dataPoints": [
                        {
                            "timeUnixNano": str(at.now),
                            "count": "4",
                            "sum": 10.0,
                            "quantileValues": [{"quantile": 0.5, "value": 2.0}],
                        }
                    ]
                },
            }
        ],
        stored={"summary_count": 4, "summary_sum": 10, 'summary{quantile="0.5"}': 2},
    ),
    Shape(
        name="malformed-histogram",
        send=lambda at: [histogram("malformed", histogram_point((1, 5), (1, 2), at.now, start=at.first))],
        dropped=("values", STEPS),
    ),
    Shape(
        name="histogram-of-nan",
        send=lambda at: [histogram("of.nan", histogram_point((1,), (1, 2), at.now, start=at.first, total="NaN"))],
        dropped=("values", STEPS),
    ),
)
NAMES = (
    Shape(
        name="keys-that-meet",
        send=lambda _: [_with_attributes("meeting", {"shop.id": "a", "shop_id": "b"})],
        stored={'meeting{shop_dot_id="a", shop_id="b"}': 3},
    ),
    Shape(
        name="keys-that-meet-anyway",
        send=lambda _: [_with_attributes("meeting.anyway", {"shop-id": "a", "shop_id": "b"})],
        dropped=("names", STEPS),
    ),
    Shape(
        name="odd-keys",
        send=lambda _: [_with_attributes("odd.keys", {"_tenant": "a", "a..b": "b", "7th": "c", "é": "d", "empty": ""})],
        stored={'odd_keys{key_tenant="a", a_b="b", key_7th="c"}': 3},
    ),
    Shape(
        name="identity-in-odd-spelling",
        send=lambda _: [_with_attributes("odd.identity", {"data..plane..id": "a", "data\u017fplane\u017fid": "b"})],
        stored={"odd_identity": 3},
    ),
    Shape(
        name="utf-8",
        send=lambda at: [gauge("température.extérieure", number(21, at.now), unit="Cel")],
        stored={"temp_rature_ext_rieure_celsius": 21},
    ),
    Shape(name="nameless", send=lambda at: [gauge("→", number(1, at.now))], dropped=("names", STEPS)),
    Shape(
        name="in-a-namespace",
        resource={"service.namespace": "shop"},
        send=lambda at: [gauge("in.a.namespace", number(1, at.now))],
        stored={'in_a_namespace{exported_job="shop/in-a-namespace"}': 1},
    ),
    Shape(
        name="reserved-with-dots",
        send=lambda at: [gauge(".up.", number(7, at.now)), gauge("scrape.duration", number(7, at.now), unit="s")],
        dropped=("reserved", 2 * STEPS),
    ),
)
VALUES = (
    Shape(
        name="nan",
        send=lambda at: [gauge("not.a.number", number("NaN", at.now))],
        stored={"not_a_number": float("nan")},
    ),
    Shape(
        name="nan-counter",
        send=lambda at: [summed("nan.counter", number("NaN", at.now, start=at.first))],
        dropped=("values", STEPS),
    ),
    Shape(
        name="negative-counter",
        send=lambda at: [summed("negative.counter", number(-1, at.now, start=at.first))],
        dropped=("values", STEPS),
    ),
    Shape(
        name="huge",
        send=lambda at: [
            gauge("huge", number(1e308, at.now)),
            gauge("huge.int", whole_number(2**53 + 1, at.now)),
        ],
        stored={"huge": 1e308, "huge_int": 2**53},
    ),
    Shape(
        name="no-temporality",
        send=lambda at: [summed("no.temporality", number(1, at.now), temporality=UNSPECIFIED)],
        dropped=("values", STEPS),
    ),
)
TIMES = (
    Shape(
        name="late",
        send=lambda at: [gauge("late", number(1, at.now - 7200 * SECOND))],
        dropped=("times", STEPS),
    ),
    Shape(
        name="late-behind-a-newer",
        # What a store would refuse stands in the way of all that a collector writes after it.
        send=lambda at: [gauge("late.behind", number(at.step + 1, at.now - (400 * SECOND if at.step else 0)))],
        stored={"late_behind": 1},
        dropped=("times", STEPS - 1),
    ),
    Shape(
        name="from-the-future",
        # The first comes a year too early, and must not stand in the way of those after it.
        send=lambda at: [gauge("future", number(at.step, at.now + (365 * 86400 * SECOND if at.step == 0 else 0)))],
        stored={"future": STEPS - 1},
    ),
)
LIMITS = (
    Shape(
        name="long-resource-attribute",
        resource={"process.command_line": LONG, "process.command_args": [LONG, "y"]},
        send=lambda at: [gauge("long.resource", number(1, at.now))],
        stored={"long_resource": 1, 'count(target_info{planewatch_cut="true", process_command_line=~"x+"})': 1},
    ),
    Shape(
        name="many-resource-attributes",
        resource={f"attribute.{n}": "x" for n in range(80)},
        send=lambda at: [gauge("many.resource", number(1, at.now))],
        stored={'many_resource{exported_job="many-resource-attributes"}': 1},
    ),
    Shape(
        name="at-the-limits",
        # Everything as large as it may be passes the scrape.
        resource={"service.namespace": "n" * 1_023, **{f"attribute.{n}": "x" for n in range(46)}},
        scope={f"scope.{n}": "x" for n in range(4)},
        send=lambda at: [
            gauge(
                "at.the.limits." + "l" * 498,
                number(1, at.now, attributes={"k" * 200: "v" * 1_300, **{f"a{n}": "x" for n in range(45)}}),
            )
        ],
        stored={'count({exported_job=~"n+/at-the-limits", __name__=~"at_the_limits_l+"})': 1},
    ),
    Shape(
        name="long-attribute",
        send=lambda at: [gauge("long.attribute", number(1, at.now, attributes={"db.statement": LONG}))],
        dropped=("limits", STEPS),
    ),
    Shape(
        name="long-array",
        send=lambda at: [gauge("long.array", number(1, at.now, attributes={"tags": [LONG, "y"]}))],
        dropped=("limits", STEPS),
    ),
    Shape(
        name="many-attributes",
        send=lambda at: [gauge("many.attributes", number(1, at.now, attributes={f"a{n}": "x" for n in range(60)}))],
        dropped=("limits", STEPS),
    ),
    Shape(
        name="long-key",
        send=lambda at: [gauge("long.key", number(1, at.now, attributes={"k" * 300: "x"}))],
        dropped=("limits", STEPS),
    ),
    Shape(
        name="long-scope",
        scope={"long": LONG},
        send=lambda at: [gauge("long.scope", number(1, at.now))],
        dropped=("limits", STEPS),
    ),
    Shape(name="long-name", send=lambda at: [gauge("n" * 5_000, number(1, at.now))], dropped=("limits", STEPS)),
    Shape(
        name="long-unit",
        send=lambda at: [gauge("unit", number(1, at.now), unit="u" * 5_000)],
        dropped=("limits", STEPS),
    ),
    Shape(
        name="many-buckets",
        send=lambda at: [
            histogram("many.buckets", histogram_point(tuple(range(300)), (1,) * 301, at.now, start=at.first))
        ],
        dropped=("limits", STEPS),
    ),
)
SHAPES = (*SUMS, *PROCESSES, *HISTOGRAMS, *NAMES, *VALUES, *TIMES, *LIMITS)
