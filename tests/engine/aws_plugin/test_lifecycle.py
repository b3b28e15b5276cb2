"""A stack lives on the simulated API: made, unchanged, changed in place, replaced, refreshed, imported, removed."""

import pytest

from tests.engine.aws_plugin.harness import AwsProject

pytestmark = pytest.mark.engine

NETWORK = """
zones = aws.get_availability_zones(state="available")
vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", enable_dns_hostnames={hostnames}, tags={{"Name": "{name}"}})
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="{cidr}", availability_zone=zones.names[0])
topic = aws.sns.Topic("topic", display_name="alerts")
repository = aws.ecr.Repository("images", name="plug/{name}", image_tag_mutability="IMMUTABLE")
aws.ecr.LifecyclePolicy("kept", repository=repository.name, policy=json.dumps({{"rules": [{{
    "rulePriority": 1,
    "selection": {{"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3}},
    "action": {{"type": "expire"}},
}}]}}))
aws.budgets.Budget("budget", name="budget", budget_type="COST", time_unit="MONTHLY",
    limit_amount="{limit}", limit_unit="USD", tags={{"Name": "{name}"}},
    notifications=[aws.budgets.BudgetNotificationArgs(
        comparison_operator="GREATER_THAN", threshold=80, threshold_type="PERCENTAGE", notification_type="ACTUAL",
        subscriber_email_addresses=["{name}@example.com"])])
pulumi.export("account", aws.get_caller_identity().account_id)
"""


def test_a_stack_s_life(project: AwsProject) -> None:
    ec2 = project.aws.client("ec2")
    before = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]}
    program = NETWORK.format(hostnames=True, name="one", cidr="10.9.0.0/24", limit=100)
    assert "created" in project.up(program)
    project.unchanged()
    state = project.state()
    vpc = state["vpc"]["id"]
    assert state["subnet"]["outputs"]["availabilityZone"] == "eu-central-1a"
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"] == [{"Key": "Name", "Value": "one"}]
    steps = project.steps(NETWORK.format(hostnames=False, name="two", cidr="10.9.1.0/24", limit=200))
    assert {name: step["op"] for name, step in steps.items()}["vpc"] == "update"
    assert steps["subnet"]["replaceReasons"] == ["cidrBlock"]
    assert steps["images"]["replaceReasons"] == ["name"]
    assert sorted(steps["budget"]["diffReasons"]) == ["limitAmount", "notifications", "tags", "tagsAll"]
    project.up()
    assert project.state()["vpc"]["id"] == vpc
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"] == [{"Key": "Name", "Value": "two"}]
    blocks = [
        subnet["CidrBlock"] for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    ]
    assert blocks == ["10.9.1.0/24"]
    budget = {"AccountId": state["budget"]["outputs"]["accountId"], "BudgetName": "budget"}
    budgets = project.aws.client("budgets")
    assert budgets.describe_budget(**budget)["Budget"]["BudgetLimit"] == {"Amount": "200", "Unit": "USD"}
    (notification,) = budgets.describe_notifications_for_budget(**budget)["Notifications"]
    told = budgets.describe_subscribers_for_notification(**budget, Notification=notification)["Subscribers"]
    assert told == [{"SubscriptionType": "EMAIL", "Address": "two@example.com"}]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "drifted"}])
    project.run("refresh", "--yes", "--skip-preview")
    assert project.state()["vpc"]["outputs"]["tags"] == {"Name": "drifted"}
    assert list(project.steps()) == ["vpc"]
    project.destroy()
    assert {found["VpcId"] for found in ec2.describe_vpcs()["Vpcs"]} == before
    assert project.aws.client("sns").list_topics()["Topics"] == []
