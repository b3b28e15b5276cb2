"""Which process a metric comes from, where the process does not say so: else two of one service would be one series.

``service.instance.id`` distinguishes the processes of a service; most SDKs generate one for each. Of two processes
without it the exporters would keep the last sender's sums, and each drop to the lower sum would count as a restart.
"""

from config.services.ottl import Processor, changing

# A label for what processes of one address share: when this sum began.
STARTED = "planewatch.started"
# Where a process is, the first that it names: on a cluster the host's name is the pod's.
_PLACES = ("k8s.pod.name", "host.name", "container.id", "host.id")
_MISSING = '(resource.attributes["service.instance.id"] == nil or resource.attributes["service.instance.id"] == "")'
_FORKS = "^(0|1[.]([0-9]|[1-3][0-9]|4[0-3]))[.]"
_PORT = r"^([^:]*|\\[.*\\]):[0-9]+$"


def processes(*, by_address: bool) -> dict[str, Processor]:
    """Return what gives each process an instance of its own.

    It is made of the process's place and number, as far as they are sent. ``by_address``: the place is else the address
    that it sends from, which must not lie behind a proxy.
    """
    return {"transform/processes": changing(datapoint=_started(), resource=_instance(by_address=by_address))}


def _started() -> tuple[str, ...]:
    # Python's SDK makes no instance until 1.42, and in 1.43 one for all processes that a server forks. Its sums keep
    # the start that they began with; of other clients that is not known, and each new start would be a new series.
    return (
        (
            f'set(datapoint.attributes["{STARTED}"], String(datapoint.start_time_unix_nano))'
            ' where resource.attributes["telemetry.sdk.language"] == "python"'
            f' and ({_MISSING} or IsMatch(resource.attributes["telemetry.sdk.version"], "{_FORKS}"))'
            " and metric.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE"
            " and datapoint.start_time_unix_nano > 0"
        ),
    )


def _instance(*, by_address: bool) -> tuple[str, ...]:
    place, number = 'resource.cache["place"]', 'resource.attributes["process.pid"]'
    instance = 'set(resource.attributes["service.instance.id"],'
    address = (
        f"set({place}, otelcol.client.addr) where {place} == nil",
        # A connection is not a process: it may be made anew.
        f'replace_pattern({place}, "{_PORT}", "$1")',
    )
    return (
        *(f'set({place}, resource.attributes["{each}"]) where {place} == nil' for each in _PLACES),
        *(address if by_address else ()),
        f'{instance} Concat([{place}, {number}], "/")) where {_MISSING} and {place} != nil and {number} != nil',
        f"{instance} {place}) where {_MISSING} and {place} != nil",
        f"{instance} {number}) where {_MISSING} and {number} != nil",
    )
