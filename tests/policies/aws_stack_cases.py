"""Cases of the policies about everything that a stack has on AWS."""

from pulumi_policy import PolicyResource

from policies.aws import (
    planes_write_own_workspace,
    pod_role_fits_its_account,
    resources_are_tagged,
    vpc_is_closed_and_recorded,
    workspace_has_bounds,
)
from policies.aws_views import (
    ADDON,
    ASSOCIATION,
    DEFAULT_SECURITY_GROUP,
    LAUNCH_TEMPLATE,
    POLICY,
    ROLE,
    ROLE_ATTACHMENT,
    TOPIC,
    WORKSPACE,
)
from policies.iam_documents import POD_IDENTITY
from tests.policies.aws_samples import (
    ACCOUNT,
    CONFIGURATION,
    CONTROL,
    FLOW_LOG,
    OF_DEV,
    TAGS,
    VPC,
    made,
    plane,
    pod_role,
    pod_trust,
    template,
    trust,
    writer,
)
from tests.policies.cases import Case
from tests.policies.samples import (
    STACK,
    UNKNOWN_LIST,
    UNKNOWN_NUMBER,
    UNKNOWN_OBJECT,
    UNKNOWN_TEXT,
    Props,
    platform,
    stack,
)

_flows = vpc_is_closed_and_recorded.POLICY
_bounds = workspace_has_bounds.POLICY
_write = planes_write_own_workspace.POLICY
_fits = pod_role_fits_its_account.POLICY
_tagged = resources_are_tagged.POLICY

_DEV = f"planewatch-{STACK}-dev"
_elsewhere = stack(*platform("dev"))
_dev = plane("dev")
_vpc, _other_vpc = made(VPC, "network-vpc"), made(VPC, "other-vpc")
_closed = made(DEFAULT_SECURITY_GROUP, "default", vpcId=_vpc)


def _arn(name: str) -> str:
    return f"arn:aws:aps:eu-central-1:{ACCOUNT}:workspace/ws-{name}"


_shared = made(WORKSPACE, "metrics", {"alias": f"planewatch-{STACK}", "arn": _arn("shared")})
_own = made(WORKSPACE, "dev", {"alias": _DEV, "arn": _arn("dev")}, tags=OF_DEV)
_role_of_dev, _given_to_dev = pod_role("collector", _DEV)
_agents, _given_to_agents = pod_role("prometheus", CONTROL)
_role_of_prod = made(ROLE, "collector", tags={**TAGS, "environment": "prod", "data_plane_id": "prod"})
_policy = made(POLICY, "write", {"policy": UNKNOWN_TEXT}, policy=_shared)
_attachment = made(ROLE_ATTACHMENT, "write", tags=None, role=_role_of_dev, policyArn=_policy)
_everything: Props = {"labelSet": {}, "limits": {"maxSeries": 1e6}}


def _workspace(*limits: Props, **changes: object) -> list[PolicyResource]:
    workspace = made(WORKSPACE, "metrics", {"loggingConfiguration": {"logGroupArn": UNKNOWN_TEXT}})
    props: Props = {"retentionPeriodInDays": 150.0, "limitsPerLabelSets": list(limits), **changes}
    return [workspace, made(CONFIGURATION, "metrics", props, tags=None, workspaceId=workspace)]


def _addon(account: str) -> list[PolicyResource]:
    role = made(ROLE, "vpc-cni", pod_trust("kube-system", "aws-node"))
    given = {"podIdentityAssociations": [{"serviceAccount": account, "roleArn": UNKNOWN_TEXT}]}
    return [role, made(ADDON, "vpc-cni", given, podIdentityAssociations=role)]


_UNTAGGED = {
    "what a plane made": [made(TOPIC, "a", parent=made("planewatch:aws:Identity", "b", tags=None, parent=_dev))],
    "what serves a plane's pods": [made(ASSOCIATION, "a", {"namespace": _DEV})],
    "a plane's workspace": [made(WORKSPACE, "a", {"alias": _DEV})],
}

CASES = (
    Case(_flows, "pass", "both", stack(_vpc, _closed, made(FLOW_LOG, "log", {"trafficType": "ALL"}, vpcId=_vpc))),
    Case(_flows, "fail", "neither", stack(_vpc), ("default security group as AWS makes it", "keeps no record")),
    Case(
        _flows,
        "fail",
        "those of another",
        stack(_vpc, _closed, made(FLOW_LOG, "log", vpcId=_vpc), _other_vpc),
        ("Vpc 'other-vpc': leaves its default", "Vpc 'other-vpc': keeps no record"),
    ),
    Case(
        _flows,
        "fail",
        "what was refused",
        stack(_vpc, _closed, made(FLOW_LOG, "log", {"trafficType": "REJECT"}, vpcId=_vpc)),
        ("of the kind REJECT only",),
    ),
    Case(
        _flows,
        "unknown",
        "kind",
        stack(_vpc, _closed, made(FLOW_LOG, "log", {"trafficType": UNKNOWN_TEXT}, vpcId=_vpc)),
    ),
    Case(_flows, "not-applicable", "a stack on Docker", _elsewhere),
    Case(_bounds, "pass", "a workspace", stack(*_workspace(_everything))),
    Case(_bounds, "fail", "nothing", stack(made(WORKSPACE, "metrics")), ("writes no logs", "has no configuration")),
    Case(
        _bounds,
        "fail",
        "a bound on some series",
        stack(*_workspace({"labelSet": {"team": "a"}, "limits": {"maxSeries": 10.0}}, retentionPeriodInDays=None)),
        ("retentionPeriodInDays is not set", "bounds no set without labels"),
    ),
    Case(_bounds, "fail", "no number", stack(*_workspace({"labelSet": {}, "limits": {}})), ("bounds no set",)),
    Case(
        _bounds,
        "unknown",
        "bounds",
        stack(*_workspace(limitsPerLabelSets=UNKNOWN_LIST, retentionPeriodInDays=UNKNOWN_NUMBER)),
    ),
    Case(_bounds, "unknown", "labels", stack(*_workspace({"labelSet": UNKNOWN_OBJECT, "limits": {"maxSeries": 1e6}}))),
    Case(_bounds, "not-applicable", "a stack on Docker", _elsewhere),
    Case(_write, "pass", "agents", stack(_dev, _shared, _agents, _given_to_agents, writer(_agents, _shared))),
    Case(
        _write,
        "pass",
        "an own workspace",
        stack(_dev, _own, _role_of_dev, _given_to_dev, writer(_role_of_dev, _own, _arn("dev"))),
    ),
    Case(
        _write,
        "fail",
        "the shared one in a preview",
        stack(_dev, _shared, _role_of_dev, _given_to_dev, writer(_role_of_dev, _shared)),
        ("lets plane 'dev' reach workspace 'metrics' that no plane owns",),
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
        ("reach workspace 'metrics' that no plane owns",),
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
    Case(_fits, "fail", "another account", stack(*_addon("other")), ("gives kube-system/other the role 'vpc-cni'",)),
    Case(
        _fits,
        "fail",
        "a role from elsewhere",
        stack(made(ASSOCIATION, "console", {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/somebody"})),
        ("no role of this stack",),
    ),
    Case(_fits, "unknown", "a trust", stack(*pod_role("console", CONTROL, assumeRolePolicy=UNKNOWN_TEXT))),
    Case(_fits, "not-applicable", "a stack on Docker", _elsewhere),
    Case(_tagged, "pass", "a topic and a template", stack(made(TOPIC, "a"), made(LAUNCH_TEMPLATE, "b", template()))),
    Case(_tagged, "pass", "what takes none", stack(made(ROLE_ATTACHMENT, "a", tags=None))),
    Case(_tagged, "pass", "a plane's", stack(_dev, made(TOPIC, "a", tags=OF_DEV, parent=_dev))),
    Case(
        _tagged, "fail", "none", stack(made(TOPIC, "a", tags={})), ("lacks the tags owner, cost-center, planewatch:",)
    ),
    Case(
        _tagged, "fail", "an empty one", stack(made(TOPIC, "a", tags={**TAGS, "owner": ""})), ("lacks the tags owner",)
    ),
    Case(
        _tagged,
        "fail",
        "another stack's",
        stack(made(TOPIC, "a", tags={**TAGS, "planewatch:stack": "other"})),
        ("tag planewatch:stack is 'other', not 'sample'",),
    ),
    *(
        Case(_tagged, "fail", what, stack(_dev, *found), ("lacks the tags environment, data_plane_id",))
        for what, found in _UNTAGGED.items()
    ),
    Case(
        _tagged,
        "fail",
        "another plane's",
        stack(_dev, made(TOPIC, "a", tags={**OF_DEV, "data_plane_id": "prod"}, parent=_dev)),
        ("tag data_plane_id is 'prod', not 'dev'",),
    ),
    Case(
        _tagged,
        "fail",
        "machines",
        stack(made(LAUNCH_TEMPLATE, "a", template(tagSpecifications=template()["tagSpecifications"][:2]))),
        ("makes each volume without the tags owner, cost-center, planewatch:stack",),
    ),
    Case(_tagged, "unknown", "tags", stack(made(TOPIC, "a", tags=UNKNOWN_OBJECT))),
    Case(_tagged, "unknown", "a tag", stack(made(TOPIC, "a", tags={**TAGS, "owner": UNKNOWN_TEXT}))),
    Case(
        _tagged,
        "unknown",
        "those of machines",
        stack(made(LAUNCH_TEMPLATE, "a", template(tagSpecifications=UNKNOWN_LIST))),
    ),
    Case(_tagged, "not-applicable", "a stack on Docker", _elsewhere),
)
