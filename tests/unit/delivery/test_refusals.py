"""Refusals of AWS mean the same in the words of either plugin, and say what to do."""

import json
from pathlib import Path

import pytest

from delivery import diagnosis
from delivery.aws import quotas
from delivery.aws.account import Account
from delivery.aws.refusals import Refusal, explain

ACCOUNT = Account(stack="prod", region="eu-central-1", profile="shop", id="111122223333", environ={})


def official(operation: str, error: str) -> str:
    """Say an API error as the official plugin does."""
    return f"creating it: operation error {operation}, https response error StatusCode: 400, RequestID: 0f, {error}"


def explained(message: str, kind: str = "", account: Account = ACCOUNT) -> str:
    said = explain(Refusal(message=message, kind=kind), account)
    assert said is not None, message
    return said


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("No valid credential sources found. Please see https://www.pulumi.com/registry/", "no credentials were found"),
        ("operation error ec2imds: GetMetadata, no EC2 IMDS role found", "no credentials were found"),
        (official("STS: GetCallerIdentity", "api error ExpiredToken: The security token is expired"), "have expired"),
        (
            "failed to refresh cached credentials, the SSO session has expired or is invalid: open a.json",
            "have expired",
        ),
        (
            "refresh cached SSO token failed, operation error SSO OIDC: CreateToken, InvalidGrantException:",
            "have expired",
        ),
        ("cannot ask who the credentials belong to: The token is expired (ExpiredTokenException)", "have expired"),
        ("Error when retrieving token from sso: Token has expired and refresh failed", "have expired"),
        (
            official("STS: GetCallerIdentity", "api error InvalidClientTokenId: The security token"),
            "rejected the credentials",
        ),
        ("failed to get shared config profile, shop", "the profile does not exist"),
        ("The config profile (shop) could not be found", "the profile does not exist"),
    ],
)
def test_invalid_credentials_are_reported_with_their_source_and_how_to_log_in(message: str, why: str) -> None:
    said = explained(f"pulumi:providers:aws resource 'aws' has a problem: {message}")
    assert why in said
    assert "profile shop (planewatch:aws.profile)" in said
    assert "`aws sso login --profile shop`" in said
    assert "make preview STACK=prod AWS=simulated" in said


@pytest.mark.parametrize(
    ("environ", "asked", "remedy"),
    [
        ({}, "planewatch:aws.profile, AWS_PROFILE and AWS_ACCESS_KEY_ID are not set", "`aws configure sso`"),
        ({"AWS_PROFILE": "a"}, "profile a (AWS_PROFILE)", "aws sso login --profile a"),
        (
            {"AWS_PROFILE": "a", "AWS_ACCESS_KEY_ID": "b"},
            "no profile, but AWS_ACCESS_KEY_ID",
            "renew the credentials in",
        ),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/t"}, "no profile, but AWS_WEB_IDENTITY_TOKEN_FILE", "renew the credentials"),
    ],
)
def test_without_a_profile_the_message_names_the_variables(environ: dict[str, str], asked: str, remedy: str) -> None:
    said = explained("No valid credential sources found", account=Account(stack="prod", region="r", environ=environ))
    assert asked in said
    assert remedy in said


@pytest.mark.parametrize(
    "message",
    [
        "AWS account ID not allowed: 210987654321",
        "the credentials are for account 210987654321, which the provider's settings rule out",
    ],
)
def test_the_wrong_account_names_both(message: str) -> None:
    said = explained(message)
    assert "belong to account 210987654321, but planewatch:aws.account is 111122223333" in said
    assert "profile shop" in said


# EC2 names its quota by the code; elsewhere what was being made tells which it is.
@pytest.mark.parametrize(
    ("error", "kind", "quota"),
    [
        ("VpcLimitExceeded", "aws:ec2/vpc:Vpc", "VPCs per Region (vpc, L-F678F1CE)"),
        ("AddressLimitExceeded", "aws:ec2/eip:Eip", "EC2-VPC Elastic IPs (ec2, L-0263D0A3)"),
        ("NatGatewayLimitExceeded", "aws:ec2/natGateway:NatGateway", "NAT gateways per Availability Zone"),
        ("ResourceLimitExceededException", "aws:eks/cluster:Cluster", "Clusters (eks, L-1194D53C)"),
        ("ServiceQuotaExceededException", "aws:amp/workspace:Workspace", "Workspaces per region per account (aps)"),
        ("LimitExceeded", "aws:iam/role:Role", "Roles per account (iam, L-FE177D64)"),
        ("LimitExceededException", "aws:kms/key:Key", "Customer Master Keys (CMKs) (kms, L-C2F1777E)"),
    ],
)
def test_a_quota_is_named_with_the_way_to_raise_it(error: str, kind: str, quota: str) -> None:
    for message in (official("X: Create", f"api error {error}: too many"), f"cannot create it: too many ({error})"):
        said = explained(message, kind)
        assert f"a quota of the account is exhausted: {quota}" in said
        assert "aws service-quotas" in said
        assert ("--region us-east-1" if kind.startswith("aws:iam") else "--region eu-central-1") in said


def test_a_quota_without_a_known_code_says_where_it_is_listed() -> None:
    said = quotas.how_to_raise(quotas.OF_RESOURCE["aws:amp/workspace:Workspace"], "eu-central-1")
    assert "list-service-quotas --service-code aps --region eu-central-1" in said
    assert "https://eu-central-1.console.aws.amazon.com/servicequotas/home/services/aps/quotas" in said


def test_a_denial_names_action_and_resource() -> None:
    user = "User: arn:aws:iam::111122223333:user/me is not authorized to perform"
    eks = official(
        "EKS: CreateCluster", f"AccessDeniedException: {user}: eks:CreateCluster on resource: arn:aws:eks:c."
    )
    assert "lack permission for eks:CreateCluster on arn:aws:eks:c; credentials used: profile shop" in explained(eks)
    ec2 = f"{user}: ec2:CreateVpc on resource: arn:aws:ec2:v with a deny. Encoded authorization failure message: Ab-c_9"
    assert "lack permission for ec2:CreateVpc on arn:aws:ec2:v" in explained(ec2)
    assert "decode-authorization-message --encoded-message Ab-c_9" in explained(ec2)
    assert "lack permission for iam:ListRoles on *" in explained(f"{user}: iam:ListRoles because no policy allows it")


def test_throttling_says_that_nothing_is_lost() -> None:
    for message in (
        "Rate exceeded (ThrottlingException)",
        official("EC2: RunInstances", "api error RequestLimitExceeded"),
    ):
        assert "wait a minute and run the command again" in explained(message)


def test_an_existing_resource_may_be_a_pending_create() -> None:
    assert "run `make up` again" in explained(official("EKS: CreateCluster", "ResourceInUseException: Cluster exists"))
    assert "run `make up` again" in explained(official("EC2: CreateRoute", "api error RouteAlreadyExists: The route"))


@pytest.mark.parametrize(
    "message",
    [
        "The vpc 'vpc-1' has dependencies and cannot be deleted. (DependencyViolation)",
        "port 8080 is given to two planes",
        "cannot make it: too many (LimitExceededException)",
        f"cannot look up the account of the credentials: ExpiredToken. To continue, {ACCOUNT.log_in}",
    ],
)
def test_other_errors_stand_by_themselves(message: str) -> None:
    assert explain(Refusal(message=message, kind="docker:index/network:Network"), ACCOUNT) is None


def test_errors_are_read_from_the_log_and_advised_once(tmp_path: Path) -> None:
    def event(message: str, kind: str, severity: str = "error") -> str:
        urn = f"urn:pulumi:prod::planewatch::a:b:C${kind}::name"
        return json.dumps({"diagnosticEvent": {"message": message, "urn": urn, "severity": severity}})

    log = tmp_path / "events"
    roles = ["aws:iam/role:Role"] * 3
    lines = [event("too many\n (LimitExceeded)", kind) for kind in roles]
    printed = json.dumps({"diagnosticEvent": {"message": "error: ThrottlingException", "severity": "info#err"}})
    log.write_text(
        "\n".join([*lines, printed, event("VpcLimitExceeded", "x", "warning"), json.dumps({"cancelEvent": {}})])
    )
    quota, throttled = diagnosis.advice(log, ACCOUNT)
    assert "Roles per account" in quota
    assert "AWS throttles this account" in throttled
    assert diagnosis.advice(log, None) == []
    assert diagnosis.advice(tmp_path / "none", ACCOUNT) == []


def test_only_stacks_on_aws_have_an_account(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text("config: {planewatch:platform: docker}")
    assert Account.of("prod", file) is None
    file.write_text("config: {planewatch:platform: eks, planewatch:aws: {region: eu-west-1, profile: p}}")
    found = Account.of("prod", file)
    assert found is not None
    assert (found.region, found.profile, found.id) == ("eu-west-1", "p", None)
