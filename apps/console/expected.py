"""What the stack expects to see, as its rules record it; a store that runs other rules may know nothing of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.console import promql
from apps.console.answers import Sample
from apps.console.figures import key_of
from apps.console.metrics import Metrics
from apps.console.promql import Key
from apps.console.state import Expected

_NONE = Expected()


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """The stack's planes, and how many targets of each job there must be."""

    planes: Mapping[Key, Expected]
    targets: Mapping[str, int]


async def expectations(metrics: Metrics) -> Expectations:
    """Return what is expected, by one question."""
    found: dict[str, list[Sample]] = defaultdict(list)
    for sample in await metrics.instant(promql.everything_expected()):
        found[sample.metric.get("__name__", "")].append(sample)
    collectors = _of_planes(found[promql.COLLECTORS_EXPECTED])
    silence, errors = _of_planes(found[promql.SILENCE_IS_NORMAL]), _of_planes(found[promql.ERROR_RATIO_LIMIT])
    latencies = _of_planes(found[promql.LATENCY_LIMIT])
    pods: dict[Key, dict[str, int]] = defaultdict(dict)
    for sample in found[promql.PODS_EXPECTED]:
        pods[key_of(sample)][workload_of(sample)] = int(sample.value[1] or 0)
    own = {sample.metric.get("job", ""): int(sample.value[1] or 0) for sample in found[promql.TARGETS_EXPECTED]}
    return Expectations(
        planes={
            key: Expected(
                collectors=int(count),
                silence_is_normal=silence.get(key) == 1,
                error_ratio=errors.get(key, _NONE.error_ratio),
                latency_seconds=latencies.get(key, _NONE.latency_seconds),
                pods=pods[key],
            )
            for key, count in collectors.items()
        },
        targets={**own, **dict.fromkeys(promql.PLANE_JOBS, int(sum(collectors.values())))},
    )


def workload_of(sample: Sample) -> str:
    """Return the name of the workload that it is of."""
    return sample.metric.get("workload", "")


def _of_planes(samples: Iterable[Sample]) -> dict[Key, float]:
    return {key_of(sample): sample.value[1] for sample in samples if sample.value[1] is not None}
