"""What is pinned for a version of Kubernetes, and what is told of versions that EKS is about to upgrade by itself."""

from datetime import date, timedelta

import pytest

from config import addons
from config.aws.cluster import ClusterSettings

DAY = timedelta(days=1)
ENDS = addons.STANDARD_SUPPORT_ENDS["1.34"]


def test_every_version_has_a_date_and_every_addon() -> None:
    assert addons.PINS.keys() == addons.STANDARD_SUPPORT_ENDS.keys()
    every = (addons.NETWORK, addons.DNS, addons.PROXY, addons.STORAGE, addons.IDENTITY, addons.METRICS, addons.SECRETS)
    assert {frozenset(builds) for builds in addons.PINS.values()} == {frozenset(every)}
    for version, builds in addons.PINS.items():
        assert builds[addons.PROXY].startswith(f"v{version}."), "kube-proxy is of the cluster's own version"


def test_the_default_is_the_newest() -> None:
    assert ClusterSettings().version == list(addons.PINS)[-1]


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (ENDS - 61 * DAY, None),
        (ENDS - 60 * DAY, "its standard support ends on 2026-12-02"),
        (ENDS - DAY, "its standard support ends on 2026-12-02"),
        (ENDS, "its standard support ended on 2026-12-02"),
        (ENDS + 400 * DAY, "its standard support ended on 2026-12-02"),
    ],
)
def test_the_end_of_standard_support_is_reported(today: date, says: str | None) -> None:
    told = addons.support_warning("1.34", today)
    assert (told is None) == (says is None)
    assert says is None or says in (told or "")


def test_the_remedy_is_the_next_version_or_a_newer_release() -> None:
    assert 'set it to "1.35": EKS takes one minor version at a time' in (addons.support_warning("1.34", ENDS) or "")
    newest = ClusterSettings().version
    told = addons.support_warning(newest, addons.STANDARD_SUPPORT_ENDS[newest])
    assert "take a newer release of this" in (told or "")
