"""The simulated account refuses what the service's published limits rule out; the plugin knows nothing of them."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.aws_plugin.harness import AwsProject
from tests.harness.aws import SimulatedAws

RULES = "groups:\n- name: g\n  rules:\n  - {record: 'a:b', expr: up}\n"
DEFINITION = "alertmanager_config: |\n  route: {receiver: a}\n  receivers: [{name: a, %s}]\n"
SNS = "sns_configs: [{topic_arn: 'arn:aws:sns:eu-central-1:123456789012:a', sigv4: {region: eu-central-1}}]"
Send = Callable[[Any, str, str], object]


def _rules(amp: Any, workspace: str, text: str) -> object:
    return amp.create_rule_groups_namespace(workspaceId=workspace, name="n", data=text.encode())


def _definition(amp: Any, workspace: str, text: str) -> object:
    return amp.create_alert_manager_definition(workspaceId=workspace, data=text.encode())


def _scraper(amp: Any, workspace: str, text: str) -> object:
    return amp.create_scraper(
        scrapeConfiguration={"configurationBlob": text.encode()},
        source={
            "eksConfiguration": {
                "clusterArn": "arn:aws:eks:eu-central-1:123456789012:cluster/c",
                "subnetIds": ["subnet-1"],
            }
        },
        destination={
            "ampConfiguration": {"workspaceArn": f"arn:aws:aps:eu-central-1:123456789012:workspace/{workspace}"}
        },
    )


@pytest.fixture(scope="module")
def workspace(aws: SimulatedAws) -> str:
    return str(aws.client("amp").create_workspace(alias="limits")["workspaceId"])


@pytest.mark.parametrize(
    ("send", "text", "words"),
    [
        (_rules, "groups: [", "is not valid YAML"),
        (_rules, RULES.replace("  rules", "  interval: 5s\n  rules"), "evaluates at most every 30s"),
        (_rules, RULES.replace("expr: up", "for: 1m"), "needs an expr"),
        (_definition, DEFINITION % "email_configs: []", "the service does not support email_configs"),
        (_definition, DEFINITION % "sns_configs: [{}]", "needs a topic_arn"),
        (_scraper, "scrape_configs: [{job_name: a, scrape_interval: 5s}]", "scrapes every 5s"),
        (_scraper, "scrape_configs: [{job_name: a, ec2_sd_configs: []}]", "takes no ec2_sd_configs"),
    ],
)
def test_a_document_outside_the_limits_is_refused(
    aws: SimulatedAws, workspace: str, send: Send, text: str, words: str
) -> None:
    with pytest.raises(ClientError) as caught:
        send(aws.client("amp"), workspace, text)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert words in caught.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("send", "text"),
    [
        (_rules, RULES + "  - {record: 'a:b', expr: up}\n" * 19),
        (_definition, DEFINITION % SNS),
        (_scraper, "scrape_configs: [{job_name: a, scrape_interval: 30s, kubernetes_sd_configs: [{role: pod}]}]"),
    ],
)
def test_a_document_at_the_edge_of_the_limits_is_taken(aws: SimulatedAws, send: Send, text: str) -> None:
    workspace = str(aws.client("amp").create_workspace(alias="edges")["workspaceId"])
    send(aws.client("amp"), workspace, text)


@pytest.mark.engine
def test_what_the_service_says_of_a_document_reaches_the_user(project: AwsProject) -> None:
    program = """
workspace = aws.amp.Workspace("workspace")
aws.amp.RuleGroupNamespace("rules", workspace_id=workspace.id, data="groups: [")
"""
    output = project.up(program, fails=True)
    assert "is not valid YAML" in output
    assert "(ValidationException)" in output
