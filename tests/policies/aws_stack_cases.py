"""Cases of the policies about everything that a stack has on AWS."""

from pulumi_policy import PolicyResource

from policies.aws import resources_are_tagged, vpc_is_closed_and_recorded, workspace_has_bounds
from policies.aws_views import (
    ASSOCIATION,
    DEFAULT_SECURITY_GROUP,
    LAUNCH_TEMPLATE,
    ROLE_ATTACHMENT,
    TOPIC,
    WORKSPACE,
)
from tests.policies.aws_samples import CONFIGURATION, FLOW_LOG, OF_DEV, TAGS, VPC, made, plane, template
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

_vpcs = vpc_is_closed_and_recorded.POLICY
_bounds = workspace_has_bounds.POLICY
_tagged = resources_are_tagged.POLICY

_DEV = f"planewatch-{STACK}-dev"
_elsewhere = stack(*platform("dev"))
_dev = plane("dev")
_vpc, _other_vpc = made(VPC, "network-vpc"), made(VPC, "other-vpc")
_closed = made(DEFAULT_SECURITY_GROUP, "default", vpcId=_vpc)
_own = made(WORKSPACE, "dev", {"alias": _DEV}, tags=OF_DEV)
_everything: Props = {"labelSet": {}, "limits": {"maxSeries": 1e6}}
_UNKNOWN = [{"resourceType": kind, "tags": UNKNOWN_OBJECT} for kind in ("instance", "network-interface", "volume")]


def _workspace(*limits: Props, **changes: object) -> list[PolicyResource]:
    workspace = made(WORKSPACE, "metrics", {"loggingConfiguration": {"logGroupArn": UNKNOWN_TEXT}})
    props: Props = {"retentionPeriodInDays": 150.0, "limitsPerLabelSets": list(limits), **changes}
    return [workspace, made(CONFIGURATION, "metrics", props, tags=None, workspaceId=workspace)]


_UNTAGGED = {
    "what a plane made": [made(TOPIC, "a", parent=made("planewatch:aws:Identity", "b", tags=None, parent=_dev))],
    "what serves a plane's pods": [made(ASSOCIATION, "a", {"namespace": _DEV})],
    "what has an empty tag": [made(ASSOCIATION, "a", {"namespace": _DEV}, tags={**TAGS, "data_plane_id": ""})],
    "a plane's workspace": [made(WORKSPACE, "a", {"alias": _DEV})],
}

CASES = (
    Case(_vpcs, "pass", "both", stack(_vpc, _closed, made(FLOW_LOG, "log", {"trafficType": "ALL"}, vpcId=_vpc))),
    Case(_vpcs, "fail", "neither", stack(_vpc), ("default security group as AWS creates it", "has no flow log")),
    Case(
        _vpcs,
        "fail",
        "those of another",
        stack(_vpc, _closed, made(FLOW_LOG, "log", vpcId=_vpc), _other_vpc),
        ("Vpc 'other-vpc': leaves its default", "Vpc 'other-vpc': has no flow log"),
    ),
    Case(
        _vpcs,
        "fail",
        "what was refused",
        stack(_vpc, _closed, made(FLOW_LOG, "log", {"trafficType": "REJECT"}, vpcId=_vpc)),
        ("REJECT traffic only",),
    ),
    Case(
        _vpcs,
        "unknown",
        "kind",
        stack(_vpc, _closed, made(FLOW_LOG, "log", {"trafficType": UNKNOWN_TEXT}, vpcId=_vpc)),
    ),
    Case(_vpcs, "not-applicable", "a stack on Docker", _elsewhere),
    Case(_bounds, "pass", "a workspace", stack(*_workspace(_everything))),
    Case(_bounds, "pass", "a bound without a word on labels", stack(*_workspace({"limits": {"maxSeries": 1e6}}))),
    Case(
        _bounds, "fail", "one of two", stack(*_workspace(_everything), _own), ("Workspace 'dev': writes no", "has no")
    ),
    Case(_bounds, "fail", "nothing", stack(made(WORKSPACE, "metrics")), ("writes no logs", "has no configuration")),
    Case(
        _bounds,
        "fail",
        "a bound on some series",
        stack(*_workspace({"labelSet": {"team": "a"}, "limits": {"maxSeries": 10.0}}, retentionPeriodInDays=None)),
        ("retentionPeriodInDays is not set", "has no limit for the empty label set"),
    ),
    Case(
        _bounds,
        "fail",
        "no number",
        stack(*_workspace({"labelSet": {}, "limits": {}}, {"labelSet": {}})),
        ("empty label set",),
    ),
    Case(_bounds, "unknown", "a number", stack(*_workspace({"labelSet": {}, "limits": UNKNOWN_OBJECT}))),
    Case(
        _bounds,
        "unknown",
        "bounds",
        stack(*_workspace(limitsPerLabelSets=UNKNOWN_LIST, retentionPeriodInDays=UNKNOWN_NUMBER)),
    ),
    Case(_bounds, "unknown", "labels", stack(*_workspace({"labelSet": UNKNOWN_OBJECT, "limits": {"maxSeries": 1e6}}))),
    Case(_bounds, "not-applicable", "a stack on Docker", _elsewhere),
    Case(_tagged, "pass", "a topic and a template", stack(made(TOPIC, "a"), made(LAUNCH_TEMPLATE, "b", template()))),
    Case(_tagged, "pass", "what takes none", stack(made(ROLE_ATTACHMENT, "a", tags=None))),
    Case(_tagged, "pass", "pods elsewhere", stack(_dev, made(ASSOCIATION, "a", {"namespace": "dev"}))),
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
    Case(
        _tagged,
        "fail",
        "no stack",
        stack(made(TOPIC, "a", tags={**TAGS, "planewatch:stack": ""})),
        ("lacks the tags planewatch:stack",),
    ),
    Case(_tagged, "unknown", "a stack", stack(made(TOPIC, "a", tags={**TAGS, "planewatch:stack": UNKNOWN_TEXT}))),
    Case(_tagged, "unknown", "a plane", stack(made(TOPIC, "a", tags={**TAGS, "data_plane_id": UNKNOWN_TEXT}))),
    Case(
        _tagged, "unknown", "tags of machines", stack(made(LAUNCH_TEMPLATE, "a", template(tagSpecifications=_UNKNOWN)))
    ),
    Case(_tagged, "unknown", "a tag", stack(made(TOPIC, "a", tags={**TAGS, "owner": UNKNOWN_TEXT}))),
    Case(
        _tagged,
        "unknown",
        "those of machines",
        stack(made(LAUNCH_TEMPLATE, "a", template(tagSpecifications=UNKNOWN_LIST))),
    ),
    Case(_tagged, "not-applicable", "a stack on Docker", _elsewhere),
)
