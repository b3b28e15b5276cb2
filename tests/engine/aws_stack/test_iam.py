"""Every policy that a stack makes, read back from the API: least privilege, and whom each role trusts."""

import json
import warnings

import pytest

from tests.engine.aws_stack.harness import ACCOUNT, AwsHalf
from tests.engine.aws_stack.made import Role, many, resource_policies, roles_of, statements
from tests.harness.aws import REGION
from tests.harness.managed_prometheus.policies import Policy, is_allowed

with warnings.catch_warnings():
    # parliament still finds its data with pkg_resources, which says that it will go.
    warnings.simplefilter("ignore")
    import parliament

PREFIX = "planewatch-half"
CLUSTER = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{PREFIX}"
# Wildcards that are meant: (role or key, action or resource) and why nothing narrower does.
EXPLAINED = {
    ("alias", "kms:*"): "a key's policy hands the key to the account, whose IAM policies then say who may use it;"
    " without it nobody could administer the key",
    ("alias", "kms:GenerateDataKey*"): "with and without plaintext; services choose",
    ("alias", "kms:ReEncrypt*"): "from and to; services need both",
    ("alias", "*"): "in a key's own policy the resource is the key itself",
    ("flow-logs", ":*"): "a log group's streams; their names are AWS's choice",
}
PODS = {
    "prometheus": (f"{PREFIX}-control", "prometheus"),
    "console": (f"{PREFIX}-control", "console"),
    "vpc-cni": ("kube-system", "aws-node"),
    "aws-ebs-csi-driver": ("kube-system", "ebs-csi-controller-sa"),
}
MANAGED = {
    "cluster": {"AmazonEKSClusterPolicy"},
    "nodes": {"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"},
    "vpc-cni": {"AmazonEKS_CNI_Policy"},
    "aws-ebs-csi-driver": {"service-role/AmazonEBSCSIDriverPolicy"},
}


@pytest.fixture(scope="module")
def made(half: AwsHalf) -> dict[str, Role]:
    return roles_of(half.aws, f"{PREFIX}-")


def test_there_are_exactly_the_roles_that_have_a_purpose(made: dict[str, Role]) -> None:
    # Data planes write nothing to AWS: their collectors are scraped. So none of them has a role.
    assert made.keys() == {"cluster", "nodes", "flow-logs", *PODS}


def test_own_policies_pass_the_linter(made: dict[str, Role]) -> None:
    looked_at = 0
    for role in made.values():
        for name, document in role.policies.items():
            found = parliament.analyze_policy_string(json.dumps(document)).findings
            assert [str(one) for one in found] == [], f"{role.name}/{name}"
            looked_at += 1
    assert looked_at == 3


def test_the_linter_would_find_a_fault() -> None:
    wrong = {"Effect": "Allow", "Action": "aps:RemoteRite", "Resource": "*"}
    assert parliament.analyze_policy_string(json.dumps({"Version": "2012-10-17", "Statement": [wrong]})).findings


def test_wildcards_are_those_that_are_explained(half: AwsHalf, made: dict[str, Role]) -> None:
    documents = [(name, document) for name, role in made.items() for document in role.policies.values()]
    documents += [
        ("alias" if name.startswith("alias/") else "topic", document)
        for name, document in resource_policies(half.aws, PREFIX).items()
    ]
    used = set()
    for owner, document in documents:
        for statement in statements(document):
            for text in [*many(statement["Action"]), *many(statement["Resource"])]:
                if "*" in text:
                    used.add((owner, ":*" if text.startswith("arn:") and text.endswith(":*") else text))
    assert used == EXPLAINED.keys()


def test_managed_policies_are_those_that_eks_asks_for(made: dict[str, Role]) -> None:
    attached = {
        name: {arn.partition(":policy/")[2] for arn in role.managed} for name, role in made.items() if role.managed
    }
    assert attached == MANAGED


@pytest.mark.parametrize("name", PODS)
def test_a_pod_s_role_is_for_one_service_account_of_one_cluster(name: str, made: dict[str, Role]) -> None:
    namespace, account = PODS[name]
    (statement,) = statements(made[name].trust)
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert many(statement["Action"]) == ["sts:AssumeRole", "sts:TagSession"]
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:RequestTag/eks-cluster-arn": CLUSTER,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": account,
        }
    }


def test_services_take_their_roles_for_this_account_only(made: dict[str, Role]) -> None:
    (cluster,) = statements(made["cluster"].trust)
    assert cluster["Principal"] == {"Service": "eks.amazonaws.com"}
    assert cluster["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    (logs,) = statements(made["flow-logs"].trust)
    assert logs["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert logs["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    # An instance profile has no confused deputy: only instances of this account can be given the role.
    (nodes,) = statements(made["nodes"].trust)
    assert nodes["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_nobody_else_may_use_keys_and_topics(half: AwsHalf) -> None:
    found = resource_policies(half.aws, PREFIX)
    assert len(found) == 6
    for name, document in found.items():
        for statement in statements(document):
            principal = statement["Principal"]
            assert principal.keys() <= {"Service", "AWS"}, name
            assert principal.get("AWS", f"arn:aws:iam::{ACCOUNT}:root") == f"arn:aws:iam::{ACCOUNT}:root", name
            # A service is let in on behalf of resources of this account, never of anybody's.
            assert "Service" not in principal or ACCOUNT in json.dumps(statement["Condition"]), name


def test_agents_write_and_the_console_asks_one_workspace_only(half: AwsHalf, made: dict[str, Role]) -> None:
    (workspace,) = half.aws.client("amp").list_workspaces()["workspaces"]
    own, foreign = workspace["arn"], f"{workspace['arn'][:-4]}0000"
    agents, console = (
        [Policy.parse(json.dumps(document)) for document in made[name].policies.values()]
        for name in ("prometheus", "console")
    )
    assert is_allowed(agents, "aps:RemoteWrite", own)
    assert not is_allowed(agents, "aps:RemoteWrite", foreign)
    assert not is_allowed(agents, "aps:QueryMetrics", own)
    assert is_allowed(console, "aps:QueryMetrics", own)
    assert not is_allowed(console, "aps:QueryMetrics", foreign)
    assert not is_allowed(console, "aps:RemoteWrite", own)
    for change in ("aps:DeleteWorkspace", "aps:PutRuleGroupsNamespace", "aps:PutAlertManagerDefinition"):
        assert not is_allowed([*agents, *console], change, own)
