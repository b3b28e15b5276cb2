"""What cannot be on AWS is told before anything is made, with what there is instead."""

import re
import warnings
from typing import Any

import pulumi
import pytest

from config.load import Stack
from config.settings import StackSettings
from tests.engine.aws_stack.harness import ACCOUNT, AwsHalf, aws_settings
from tests.harness.aws import SimulatedAws
from tests.harness.projects import Machine

with warnings.catch_warnings():
    # The SDK warns of its own deprecated resources when it is loaded.
    warnings.simplefilter("ignore", DeprecationWarning)
    from infra.platforms.eks.platform import EksPlatform

NETWORK = {"cidr": "10.64.0.0/16", "nat": "one"}


@pytest.fixture(scope="module")
def refused(machine: Machine, aws: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> AwsHalf:
    """A half that is only ever previewed."""
    return AwsHalf(machine, tmp_path_factory.mktemp("refused") / "project", aws, "refused").create()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"network": {**NETWORK, "zones": ["eu-central-1a", "eu-central-1q"]}},
            "aws.network.zones: there is no eu-central-1q; region eu-central-1 has eu-central-1a, eu-central-1b, ",
        ),
        (
            {"region": "us-west-1", "network": {**NETWORK, "zones": 3}},
            "aws.network.zones is 3; region us-west-1 has us-west-1a, us-west-1b",
        ),
        ({"account": "210987654321"}, ACCOUNT),
    ],
    ids=["zone", "zone count", "account"],
)
def test_what_the_account_does_not_have_is_refused(refused: AwsHalf, changes: dict[str, Any], said: str) -> None:
    refused.write(aws_settings(registry=False, **changes))
    output = refused.run("preview", fails=True)
    assert said in output
    assert "Traceback" not in output
    assert refused.state() == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"metrics": {"isolation": "workspace"}}, "aws.metrics.isolation is workspace; only shared is there yet"),
        ({"metrics": {"collection": "scraper"}}, "aws.metrics.collection is scraper; only agents are there yet"),
        ({"cluster": {"existing": "ours"}}, "use platform kubernetes with that cluster's context for now"),
    ],
)
def test_what_the_platform_lacks_is_refused(changes: dict[str, Any], said: str) -> None:
    settings = StackSettings.model_validate(aws_settings(**changes))
    # Judged before the first resource: no engine is asked.
    with pytest.raises(pulumi.RunError, match=re.escape(said)):
        EksPlatform(Stack(name="half", settings=settings, alert_webhook_url=None))
