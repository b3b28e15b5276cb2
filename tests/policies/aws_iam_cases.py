"""Cases of the policies about who may do what on AWS."""

from policies.aws import (
    identity_policy_names_what_it_grants,
    managed_policy_is_narrow,
    resource_policy_names_callers,
    trust_policy_names_who_assumes,
)
from policies.aws_views import KEY, MANAGED_POLICY, ROLE, ROLE_ATTACHMENT, ROLE_POLICY
from tests.policies.aws_samples import ACCOUNT, document, pod_trust, policy, statement, trust
from tests.policies.cases import Case
from tests.policies.samples import UNKNOWN_LIST, UNKNOWN_TEXT, Props, hardened, resource

_callers = resource_policy_names_callers.POLICY
_grants = identity_policy_names_what_it_grants.POLICY
_trusts = trust_policy_names_who_assumes.POLICY
_managed = managed_policy_is_narrow.POLICY

_TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
_container = resource(hardened())
_OURS = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
_STREAMS = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/planewatch-sample/flow-logs:*"
_WORKSPACE = f"arn:aws:aps:eu-central-1:{ACCOUNT}:workspace/ws-1"
_OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.eks.example/id/1A"


def _key(principal: object, **members: object) -> Props:
    return policy(Action="kms:*", Resource="*", Principal=principal, **members)


def _token(operator: str, **claims: str) -> Props:
    said = {f"oidc.eks.example/id/1A:{claim}": value for claim, value in claims.items()}
    return trust(Principal={"Federated": _OIDC}, Action="sts:AssumeRoleWithWebIdentity", Condition={operator: said})


def _attached(name: str) -> Props:
    return {"policyArn": f"arn:aws:iam::aws:policy/{name}"}


_EVERYBODY = {
    "by a star": _key("*"),
    "by an account that is a star": _key({"AWS": "*"}),
    "with a condition on the region": _key("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}),
    "with a condition on something else": _key("*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
    "with a condition that lets through what has no value": _key(
        "*", Condition={"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}
    ),
    "with a condition that fits anybody": _key("*", Condition={"StringLike": {"aws:SourceArn": "*"}}),
}
_WIDE = {
    "an action": (policy(Action="aps:*", Resource=_WORKSPACE), ("grants aps:*",)),
    "every workspace": (policy(Action="aps:RemoteWrite", Resource=f"{_WORKSPACE[:-4]}*"), ("reaches arn:",)),
    "everything": (policy(Action="aps:RemoteWrite", Resource="*"), ("reaches everything",)),
    "all but something": (policy(NotAction="iam:*", NotResource=_WORKSPACE), ("(NotAction)", "(NotResource)")),
    "a role for any": (policy(Action="iam:PassRole", Resource="*"), ("may pass every role that matches *",)),
    "without a name": (policy(Action="aps:*", Resource=_WORKSPACE, Sid=""), ("statement '0' grants aps:*",)),
    "every log group": (policy(Action="logs:PutLogEvents", Resource=f"{_STREAMS[:-28]}*"), ("reaches arn",)),
    "other actions on streams": (
        policy(Action=["logs:PutLogEvents", "logs:DeleteLogGroup"], Resource=_STREAMS),
        ("reaches arn",),
    ),
    "one of two statements": (
        {"policy": document(statement(Action="a:B", Resource="arn:x"), statement(Action="a:*", Resource="arn:x"))},
        ("statement 'Sample' grants a:*",),
    ),
    "no document": ({"policy": "{"}, ("policy is not a policy document",)),
}

CASES = (
    Case(_callers, "pass", "the account", resource(_key({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), KEY)),
    Case(_callers, "pass", "everybody of the account", resource(_key("*", Condition=_OURS), KEY)),
    Case(_callers, "pass", "nothing said", resource({}, KEY)),
    Case(
        _callers,
        "pass",
        "a service for this account",
        resource(
            policy(Action="sns:Publish", Principal={"Service": "aps.amazonaws.com"}, Condition=_OURS), _TOPIC_POLICY
        ),
    ),
    Case(_callers, "pass", "what is denied", resource(_key("*", Effect="Deny"), KEY)),
    *(Case(_callers, "fail", what, resource(props, KEY), ("allows everyone",)) for what, props in _EVERYBODY.items()),
    Case(
        _callers,
        "fail",
        "a service for anybody",
        resource(policy(Action="sns:Publish", Principal={"Service": "aps.amazonaws.com"}), _TOPIC_POLICY),
        ("allows aps.amazonaws.com for any account",),
    ),
    Case(
        _callers,
        "fail",
        "all but somebody",
        resource(policy(Action="sns:Publish", NotPrincipal={"AWS": ACCOUNT}), _TOPIC_POLICY),
        ("(NotPrincipal)",),
    ),
    Case(_callers, "unknown", "a policy", resource({"policy": UNKNOWN_TEXT}, KEY)),
    Case(_callers, "not-applicable", "a container", _container),
    Case(
        _grants, "pass", "one workspace", resource(policy(Action="aps:RemoteWrite", Resource=_WORKSPACE), ROLE_POLICY)
    ),
    Case(_grants, "pass", "streams", resource(policy(Action="logs:PutLogEvents", Resource=[_STREAMS]), ROLE_POLICY)),
    Case(_grants, "pass", "a role without inline policies", resource(trust(), ROLE)),
    *(Case(_grants, "fail", what, resource(props, ROLE_POLICY), says) for what, (props, says) in _WIDE.items()),
    Case(_grants, "fail", "a policy of its own", resource(_WIDE["an action"][0], MANAGED_POLICY), ("grants aps:*",)),
    Case(_grants, "fail", "one inside a role", resource({"inlinePolicies": [_WIDE["an action"][0]]}, ROLE), ("aps:*",)),
    Case(_grants, "unknown", "a policy", resource({"policy": UNKNOWN_TEXT}, ROLE_POLICY)),
    Case(_grants, "unknown", "those inside a role", resource({"inlinePolicies": UNKNOWN_LIST}, ROLE)),
    Case(_grants, "not-applicable", "a container", _container),
    Case(_trusts, "pass", "a service for this account", resource(trust(), ROLE)),
    Case(_trusts, "pass", "a pod", resource(pod_trust("planewatch-sample-control", "console"), ROLE)),
    Case(_trusts, "pass", "instances", resource(trust("ec2.amazonaws.com", Condition={}), ROLE)),
    Case(
        _trusts, "pass", "a token", resource(_token("StringEquals", aud="sts.amazonaws.com", sub="system:sa:a:b"), ROLE)
    ),
    Case(_trusts, "pass", "a token word by word", resource(_token("StringLike", aud="a", sub="system:sa:a:b"), ROLE)),
    Case(_trusts, "pass", "everybody of the account", resource(trust(Principal="*"), ROLE)),
    Case(_trusts, "pass", "a role", resource(trust(Principal={"AWS": ACCOUNT}, Condition={}), ROLE)),
    Case(
        _trusts, "fail", "all tokens but one", resource(_token("StringNotEquals", aud="a", sub="b"), ROLE), ("aud and",)
    ),
    Case(_trusts, "fail", "a service", resource(trust(Condition={}), ROLE), ("eks.amazonaws.com for any account",)),
    Case(_trusts, "fail", "everybody", resource(trust(Principal="*", Condition={}), ROLE), ("trusts everyone",)),
    Case(_trusts, "fail", "a token of any pod", resource(_token("StringEquals", aud="a"), ROLE), ("condition on sub",)),
    Case(_trusts, "fail", "any token", resource(_token("StringLike", aud="*", sub="system:*"), ROLE), ("aud and sub",)),
    Case(
        _trusts,
        "fail",
        "all but somebody",
        resource({"assumeRolePolicy": document(statement(NotPrincipal={"AWS": ACCOUNT}))}, ROLE),
        ("(NotPrincipal)",),
    ),
    Case(_trusts, "unknown", "a trust", resource({"assumeRolePolicy": UNKNOWN_TEXT}, ROLE)),
    Case(_trusts, "not-applicable", "a container", _container),
    Case(_managed, "pass", "what nodes need", resource(_attached("AmazonEKSWorkerNodePolicy"), ROLE_ATTACHMENT)),
    *(
        Case(_managed, "fail", name, resource(_attached(name), ROLE_ATTACHMENT), (f"attaches {name}",))
        for name in ("AdministratorAccess", "PowerUserAccess", "AmazonPrometheusFullAccess")
    ),
    Case(
        _managed,
        "fail",
        "one inside a role",
        resource({"managedPolicyArns": [_attached("IAMFullAccess")["policyArn"], UNKNOWN_TEXT]}, ROLE),
        ("attaches IAMFullAccess",),
    ),
    Case(_managed, "unknown", "a policy", resource({"policyArn": UNKNOWN_TEXT}, ROLE_ATTACHMENT)),
    Case(_managed, "not-applicable", "a container", _container),
)
