"""What an outage of the metrics store costs: samples are lost, counts are not."""

import threading
import time
from collections.abc import Callable

import httpx

from benchmarks.model import Section
from benchmarks.stacks import BenchStack
from components import roles
from delivery.outputs import Outputs
from tests.harness.containers import engine_of
from tests.harness.prometheus import Store
from tests.harness.waiting import wait_until

NAME = "outage"
_OUTAGE_S, _QUICK_OUTAGE_S = 600.0, 60.0
_SCRAPE_S = 10
_SETTLED_S = 20.0
# Calm time before and after: some scrapes, so that rates have what to start from.
_MARGIN_S = 45.0
_RATE = 5.0
_ROUTE = "/api/products"


def run(stack: BenchStack, outputs: Outputs, *, quick: bool, note: Callable[[str], None]) -> Section:
    """Stop Prometheus while requests go on, start it again, and compare what it says with what was sent."""
    outage = _QUICK_OUTAGE_S if quick else _OUTAGE_S
    plane, addresses = next(iter(outputs.data_planes.items()))
    selector = (
        f'http_server_request_duration_seconds_count{{job="data-plane",data_plane_id="{plane}",http_route="{_ROUTE}"}}'
    )
    store, ended, sent = Store(url=outputs.query_url), threading.Event(), [0]

    def send() -> None:
        with httpx.Client(timeout=10, trust_env=False) as client:
            while not ended.wait(1 / _RATE):
                client.get(f"{addresses.api_url}{_ROUTE}").raise_for_status()
                sent[0] += 1

    # What was sent before may still be on its way: one export and one scrape later it is stored.
    time.sleep(_SETTLED_S)
    before = store.value(f"sum({selector})") or 0.0
    sender = threading.Thread(target=send, daemon=True)
    begun = time.time()
    sender.start()
    note(f"requests go to {plane}; Prometheus stops in {_MARGIN_S:g} s for {outage:g} s")
    time.sleep(_MARGIN_S)
    with engine_of(stack.name) as engine:
        engine.container("control", roles.PROMETHEUS).stop()
        time.sleep(outage)
        note("Prometheus starts again")
        started = time.monotonic()
        engine.container("control", roles.PROMETHEUS).start()
    wait_until(lambda: _answers(outputs.query_url), within_s=120, what="Prometheus ready")
    ready = time.monotonic() - started
    time.sleep(_MARGIN_S)
    ended.set()
    sender.join()
    time.sleep(_SETTLED_S)
    now = time.time()
    counted = (store.value(f"sum({selector})") or 0.0) - before
    seconds = int(now - begun)
    samples = store.value(f'count_over_time(up{{job="data-plane",data_plane_id="{plane}"}}[{seconds}s])') or 0.0
    increase = store.value(f"sum(increase({selector}[{seconds}s]))") or 0.0
    return Section(
        name=NAME,
        title=f"Prometheus away for {outage:g} s, with requests",
        columns=("what", "expected", "found", "found ÷ expected"),
        rows=(
            ("requests counted afterwards", sent[0], counted, counted / sent[0]),
            ("increase() over the whole period", sent[0], increase, increase / sent[0]),
            (f"scrapes of {plane} stored", seconds // _SCRAPE_S, samples, samples * _SCRAPE_S / seconds),
            ("seconds until it answers again", None, ready, None),
        ),
        notes=("Counters are in the collectors: the outage leaves a gap in the charts but not in the counts.",),
    )


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False
