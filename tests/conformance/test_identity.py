"""A plane that claims to be another is not believed."""

from tests.deployments import Deployment
from tests.harness.otlp import Point, push
from tests.harness.waiting import wait_until
from tests.unit.services.test_identity import IDENTITY_SPELLINGS

RESERVED = ("up", "orders_created_total", "data_plane:http_server_requests:rate5m", "ALERTS")


def test_a_plane_that_claims_to_be_another_is_not_believed(deployed: Deployment) -> None:
    forger, victim = deployed.failing, deployed.flawless
    points = [
        point
        for index, key in enumerate(IDENTITY_SPELLINGS)
        for point in (
            Point(name=f"forged_resource_{index}", resource={key: victim}),
            Point(name=f"forged_point_{index}", attributes={key: victim}),
            Point(name=f"forged_both_{index}", resource={key: victim}, attributes={key: victim}),
        )
    ]
    points += [
        Point(name=name, resource={"environment": victim}, attributes={"data_plane_id": victim}) for name in RESERVED
    ]
    assert push(deployed.url(f"{forger}-otlp-http"), points).status_code == 200

    def stored(plane: str) -> float:
        return deployed.store.value(f'count({{__name__=~"forged_.*", data_plane_id="{plane}"}})') or 0

    wanted = 3 * len(IDENTITY_SPELLINGS)
    wait_until(lambda: stored(forger), lambda seen: seen == wanted, within_s=30, what=f"forged series as {forger}'s")
    assert stored(victim) == 0
    everything = deployed.store.get("series", **{"match[]": '{__name__=~"forged_.*"}'})
    assert {(labels["environment"], labels["data_plane_id"]) for labels in everything} == {(forger, forger)}
    # The forged reserved names carry 7: nothing of the victim's does.
    for name in RESERVED:
        rows = deployed.store.vector(f'{{__name__="{name}", data_plane_id="{victim}"}} == 7')
        assert [value for _, value in rows] == []
