"""An alert's way on AWS: from the workspace's rules through its alert manager to the topic and who subscribes to it."""

import time

from tests.deployments.eks import EksDeployment
from tests.deployments.kubernetes import FAILING
from tests.deployments.traffic import visit_all
from tests.harness.eks.subscriber import Notification
from tests.harness.waiting import wait_until

# Seconds. Errors are held for 60 s in a window of 60 s; the rest is scrapes, evaluations and the wait of the group.
FIRES_WITHIN = 240


def test_an_alert_reaches_the_subscribers_of_its_topic(on_eks: EksDeployment) -> None:
    def told() -> list[Notification]:
        found = on_eks.subscriber.notifications()
        return [each for each in found if "HighErrorRate" in each.subject and FAILING in each.subject]

    # More than the 20 requests below which a ratio means nothing.
    visit_all(on_eks, [FAILING], rounds=3, payments=10, reports=0)
    begun = time.monotonic()
    (first, *_) = wait_until(told, within_s=FIRES_WITHIN, what=f"HighErrorRate of {FAILING} in the queue", every_s=1)
    on_eks.figures.add("eks: HighErrorRate at a subscriber of its topic, waited", time.monotonic() - begun, "s")
    assert first.topic.endswith("-alerts-critical")
    assert first.subject == f"FIRING critical: HighErrorRate on {FAILING}"
    assert "Runbook: docs/runbooks/HighErrorRate.md" in first.message
    assert first.attributes == {"severity": "critical", "data_plane_id": FAILING, "status": "firing"}
