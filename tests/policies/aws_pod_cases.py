"""Cases of the policies about which pods get which roles on AWS, and what those of a data plane reach."""

import json

from pulumi_policy import PolicyResource

from policies.aws import (
    planes_write_own_workspace,
    pod_role_fits_its_account,
)
from policies.aws_views import (
    ADDON,
    ASSOCIATION,
    MANAGED_POLICY,
    ROLE,
    ROLE_ATTACHMENT,
    ROLE_POLICY,
    WORKSPACE,
)
from policies.iam_documents import POD_IDENTITY
from tests.policies.aws_samples import (
    ACCOUNT,
    CONTROL,
    OF_DEV,
    TAGS,
    document,
    made,
    plane,
    pod_role,
    pod_trust,
    statement,
    trust,
    writer,
)
from tests.policies.cases import Case
from tests.policies.samples import (
    STACK,
    UNKNOWN_LIST,
    UNKNOWN_TEXT,
    Props,
    platform,
    stack,
)

_write = planes_write_own_workspace.POLICY
_fits = pod_role_fits_its_account.POLICY

_DEV = f"planewatch-{STACK}-dev"
_elsewhere = stack(*platform("dev"))
_dev = plane("dev")


def _arn(name: str) -> str:
    return f"arn:aws:aps:eu-central-1:{ACCOUNT}:workspace/ws-{name}"


_shared = made(WORKSPACE, "metrics", {"alias": f"planewatch-{STACK}", "arn": _arn("shared")})
_own = made(WORKSPACE, "dev", {"alias": _DEV, "arn": _arn("dev")}, tags=OF_DEV)
_role_of_dev, _given_to_dev = pod_role("collector", _DEV)
_agents, _ = _of_agents = pod_role("prometheus", CONTROL)
_lent = made(ASSOCIATION, "lent", {"namespace": _DEV}, roleArn=_agents)
_known = made(
    ASSOCIATION,
    "known",
    {"namespace": CONTROL, "serviceAccount": "prometheus", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/prometheus"},
    roleArn=_agents,
)
_control = made("planewatch:components:ControlPlane", "control", tags=None)
_role_of_prod = made(ROLE, "collector", tags={**TAGS, "environment": "prod", "data_plane_id": "prod"})
_policy = made(MANAGED_POLICY, "write", {"policy": UNKNOWN_TEXT}, policy=_shared)
_attachment = made(ROLE_ATTACHMENT, "write", tags=None, role=_role_of_dev, policyArn=_policy)
_SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:dev"
_READS = {
    "policy": document(
        statement(Action="secretsmanager:GetSecretValue", Resource=_SECRET),
        statement(Action="aps:RemoteWrite", Resource="*", Effect="Deny"),
    )
}


def _tagged_trust(operator: str, **tags: str) -> Props:
    names = {"namespace": "kubernetes-namespace", "account": "kubernetes-service-account"}
    said = {f"aws:RequestTag/{names[key]}": value for key, value in tags.items()}
    return trust(POD_IDENTITY, Condition={operator: said})


_TRUST_OF_MORE = {
    "assumeRolePolicy": document(
        *json.loads(pod_trust(CONTROL, "console")["assumeRolePolicy"])["Statement"],
        statement(Principal={"Service": "ec2.amazonaws.com"}),
        statement(Principal={"Service": POD_IDENTITY}, Effect="Deny"),
    )
}


def _addon(account: str) -> list[PolicyResource]:
    role = made(ROLE, "vpc-cni", pod_trust("kube-system", "aws-node"))
    given = {"podIdentityAssociations": [{"serviceAccount": account, "roleArn": UNKNOWN_TEXT}]}
    return [role, made(ADDON, "vpc-cni", given, podIdentityAssociations=role)]


CASES = (
    Case(
        _write,
        "pass",
        "agents beside a plane's pods",
        stack(_control, _dev, _shared, *_of_agents, _role_of_dev, _given_to_dev, writer(_agents, _shared)),
    ),
    Case(
        _write,
        "pass",
        "secrets",
        stack(
            _dev, _shared, _role_of_dev, _given_to_dev, made(ROLE_POLICY, "read", _READS, tags=None, role=_role_of_dev)
        ),
    ),
    Case(
        _write,
        "fail",
        "agents that serve a plane's pods too",
        stack(_dev, _shared, *_of_agents, _lent, writer(_agents, _shared)),
        ("lets plane 'dev' reach workspace 'metrics'",),
    ),
    Case(
        _write,
        "pass",
        "an own workspace",
        stack(_dev, _own, _shared, _role_of_dev, _given_to_dev, writer(_role_of_dev, _own, _arn("dev"))),
    ),
    Case(
        _write,
        "fail",
        "the shared one in a preview",
        stack(_dev, _shared, _role_of_dev, _given_to_dev, writer(_role_of_dev, _shared)),
        ("lets plane 'dev' reach workspace 'metrics' without an owner",),
    ),
    Case(
        _write,
        "fail",
        "that of another plane",
        stack(_dev, _own, _role_of_prod, writer(_role_of_prod, _own)),
        ("lets plane 'prod' reach workspace 'dev' of plane 'dev'",),
    ),
    Case(
        _write,
        "fail",
        "what an ARN leads to",
        stack(_dev, _own, _shared, _role_of_dev, _given_to_dev, writer(_role_of_dev, _own, _arn("*"))),
        ("reach workspace 'metrics' without an owner",),
    ),
    Case(
        _write,
        "fail",
        "a workspace of somebody else",
        stack(_dev, _own, _role_of_dev, _given_to_dev, writer(_role_of_dev, _own, _arn("foreign"))),
        ("lets plane 'dev' write to arn:aws:aps:eu-central-1:123456789012:workspace/ws-foreign",),
    ),
    Case(
        _write,
        "fail",
        "by a policy of its own",
        stack(_dev, _shared, _role_of_dev, _given_to_dev, _policy, _attachment),
        ("Policy 'write': lets plane 'dev' reach workspace 'metrics'",),
    ),
    Case(_write, "unknown", "a policy", stack(_dev, _own, _role_of_dev, _given_to_dev, writer(_role_of_dev, _own))),
    Case(_write, "not-applicable", "a stack on Docker", _elsewhere),
    Case(_fits, "pass", "a pod's role", stack(*pod_role("console", CONTROL))),
    Case(_fits, "pass", "a trust of more", stack(*pod_role("console", CONTROL, **_TRUST_OF_MORE))),
    Case(_fits, "pass", "a known role", stack(_agents, _known)),
    Case(_fits, "pass", "an add-on's role", stack(*_addon("aws-node"))),
    Case(
        _fits,
        "fail",
        "another namespace",
        stack(*pod_role("console", CONTROL, **pod_trust(_DEV, "console"))),
        ("gives planewatch-sample-control/console the role 'console', whose trust",),
    ),
    Case(
        _fits,
        "fail",
        "any service account",
        stack(*pod_role("console", CONTROL, **trust(POD_IDENTITY))),
        ("the role 'console', whose trust",),
    ),
    Case(
        _fits,
        "fail",
        "a namespace alone",
        stack(*pod_role("console", CONTROL, **_tagged_trust("StringEquals", namespace=CONTROL))),
        ("the role 'console', whose trust",),
    ),
    Case(
        _fits,
        "fail",
        "all accounts but one",
        stack(*pod_role("console", CONTROL, **_tagged_trust("StringNotEquals", namespace=CONTROL, account="console"))),
        ("the role 'console', whose trust",),
    ),
    Case(_fits, "fail", "another account", stack(*_addon("other")), ("gives kube-system/other the role 'vpc-cni'",)),
    Case(
        _fits,
        "fail",
        "a role from elsewhere",
        stack(made(ASSOCIATION, "console", {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/somebody"})),
        ("not a role of this stack",),
    ),
    Case(_fits, "unknown", "a trust", stack(*pod_role("console", CONTROL, assumeRolePolicy=UNKNOWN_TEXT))),
    Case(
        _fits,
        "unknown",
        "a namespace",
        stack(_agents, made(ASSOCIATION, "a", {"namespace": UNKNOWN_TEXT, "serviceAccount": "a"}, roleArn=_agents)),
    ),
    Case(
        _fits, "unknown", "an account", stack(_agents, made(ASSOCIATION, "a", {"namespace": CONTROL}, roleArn=_agents))
    ),
    Case(
        _fits,
        "unknown",
        "those of an add-on",
        stack(_agents, made(ADDON, "a", {"podIdentityAssociations": UNKNOWN_LIST}, podIdentityAssociations=_agents)),
    ),
    Case(_fits, "not-applicable", "a stack on Docker", _elsewhere),
)
