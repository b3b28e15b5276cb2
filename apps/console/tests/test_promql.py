"""Escaping, judged by Prometheus's own parser: whatever the text, it comes back as the same text."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.console.metrics import Metrics
from apps.console.prometheus import Prometheus
from apps.console.promql import Scope, latency, quote, request_rate
from apps.console.tests.store import Store
from tests.harness.examples import examples

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
NASTY = st.sampled_from(['"', "\\", '\\"', "\n", "\r", '"} or vector(1) #', "`", "'", "\\n", "{{", "$1"])


@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(TEXT | NASTY, min_size=8, max_size=15))
def test_a_quoted_value_means_itself(store: Store, values: list[str]) -> None:
    async def ask() -> list[str]:
        prometheus = Prometheus(store.url)
        try:
            # The separator of label_join is a string literal that ends up as a label's value, unchanged.
            answers = await Metrics.now(prometheus).instants(
                *(f'label_join(vector(1), "x", {quote(value)}, "no_a", "no_b")' for value in values)
            )
        finally:
            await prometheus.close()
        return [answer[0].metric["x"] for answer in answers]

    assert asyncio.run(ask()) == values


def test_the_whole_fleet_needs_no_name() -> None:
    assert request_rate(Scope(), 40) == (
        "sum by (environment, data_plane_id) "
        "(rate(http_server_request_duration_seconds_count"
        '{job="data-plane", http_route!="/health", planewatch_probe=""}[40s]))'
    )


def test_names_are_equality_matchers() -> None:
    query = latency(0.95, Scope(environment=".*", plane="a"), 60, "")
    assert 'environment=".*", data_plane_id="a"' in query
    assert "=~" not in query
