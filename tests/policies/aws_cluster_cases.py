"""Cases of the policies about clusters, nodes and networks on AWS."""

from typing import Any

from policies.aws import (
    cluster_api_is_closed,
    cluster_parts_are_pinned,
    control_plane_logs_everything,
    nodes_are_hardened,
    security_group_is_described,
    security_group_is_narrow,
    subnet_gives_no_public_address,
)
from policies.aws_views import (
    ADDON,
    CLUSTER,
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    INGRESS_RULE,
    LAUNCH_TEMPLATE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
)
from tests.policies.aws_samples import NODE_GROUP, cluster, network, node_group, template
from tests.policies.cases import Case
from tests.policies.samples import (
    UNKNOWN_FLAG,
    UNKNOWN_LIST,
    UNKNOWN_NUMBER,
    UNKNOWN_OBJECT,
    UNKNOWN_TEXT,
    Props,
    hardened,
    resource,
)

_api = cluster_api_is_closed.POLICY
_logs = control_plane_logs_everything.POLICY
_pins = cluster_parts_are_pinned.POLICY
_nodes = nodes_are_hardened.POLICY
_narrow = security_group_is_narrow.POLICY
_said = security_group_is_described.POLICY
_subnet = subnet_gives_no_public_address.POLICY

_SUBNET = "aws:ec2/subnet:Subnet"
_container = resource(hardened())
_good = resource(cluster(), CLUSTER)


def _metadata(**options: Any) -> Props:
    return template(metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": 1.0, **options})


def _group(**rule: Any) -> Props:
    return {"description": "HTTPS from the VPC", "ingress": [{"description": "HTTPS", **rule}]}


CASES = (
    Case(_api, "pass", "a private one", _good),
    Case(_api, "pass", "named addresses", resource(network(publicAccessCidrs=["198.51.100.0/24"]), CLUSTER)),
    Case(_api, "fail", "nothing said", resource({}, CLUSTER), ("no private endpoint", "not set", "is not set")),
    Case(_api, "fail", "everybody", resource(network(publicAccessCidrs=["0.0.0.0/0"]), CLUSTER), ("internet: 0.0.",)),
    Case(_api, "fail", "everybody by IPv6", resource(network(publicAccessCidrs=["::/0"]), CLUSTER), ("internet: ::",)),
    Case(
        _api,
        "fail",
        "two halves of the world",
        resource(network(publicAccessCidrs=["0.0.0.0/1", "128.0.0.0/1"]), CLUSTER),
        ("open to the internet: 0.0.0.0/1", "open to the internet: 128.0.0.0/1"),
    ),
    Case(_api, "fail", "no ranges", resource(network(), CLUSTER), ("publicAccessCidrs is not set",)),
    Case(
        _api,
        "fail",
        "the ConfigMap",
        resource(cluster(accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"}), CLUSTER),
        ("authenticationMode is API_AND_CONFIG_MAP",),
    ),
    Case(_api, "unknown", "ranges", resource(network(publicAccessCidrs=UNKNOWN_LIST), CLUSTER)),
    Case(_api, "unknown", "a public endpoint", resource(network(endpointPublicAccess=UNKNOWN_FLAG), CLUSTER)),
    Case(_api, "unknown", "a range", resource(network(publicAccessCidrs=[UNKNOWN_TEXT]), CLUSTER)),
    Case(_api, "unknown", "all", resource(cluster(vpcConfig=UNKNOWN_OBJECT, accessConfig=UNKNOWN_OBJECT), CLUSTER)),
    Case(_api, "not-applicable", "a container", _container),
    Case(_logs, "pass", "all", _good),
    Case(_logs, "fail", "some", resource(cluster(enabledClusterLogTypes=["api", "audit"]), CLUSTER), ("scheduler",)),
    Case(_logs, "fail", "none", resource(cluster(enabledClusterLogTypes=None), CLUSTER), ("no logs of api, audit",)),
    Case(_logs, "unknown", "kinds", resource(cluster(enabledClusterLogTypes=["api", UNKNOWN_TEXT]), CLUSTER)),
    Case(_logs, "not-applicable", "a container", _container),
    Case(_pins, "pass", "a cluster", _good),
    Case(_pins, "pass", "an add-on", resource({"addonVersion": "v1.12.4-eksbuild.1"}, ADDON)),
    Case(_pins, "fail", "no version", resource({}, ADDON), ("addonVersion is not set",)),
    Case(_pins, "fail", "a part of one", resource({"addonVersion": "v1.12"}, ADDON), ("addonVersion is 'v1.12'",)),
    Case(_pins, "fail", "a cluster without", resource(cluster(version=None), CLUSTER), ("version is not set",)),
    Case(_pins, "unknown", "a version", resource({"addonVersion": UNKNOWN_TEXT}, ADDON)),
    Case(_pins, "not-applicable", "a container", _container),
    Case(_nodes, "pass", "a group", resource(node_group(), NODE_GROUP)),
    Case(_nodes, "pass", "a template", resource(template(), LAUNCH_TEMPLATE)),
    Case(
        _nodes,
        "pass",
        "a disk of the machine",
        resource(template(blockDeviceMappings=[{"deviceName": "sdb"}]), LAUNCH_TEMPLATE),
    ),
    Case(_nodes, "pass", "no metadata", resource(_metadata(httpEndpoint="disabled", httpTokens=""), LAUNCH_TEMPLATE)),
    Case(
        _nodes,
        "fail",
        "a group of another system with SSH",
        resource(node_group(amiType="AL2023_ARM_64_STANDARD", launchTemplate=None, remoteAccess={}), NODE_GROUP),
        ("amiType is AL2023_ARM_64_STANDARD", "no launch template", "SSH (remoteAccess)"),
    ),
    Case(_nodes, "fail", "a group without a word", resource({}, NODE_GROUP), ("amiType is not set", "no launch")),
    Case(_nodes, "fail", "nothing said", resource({}, LAUNCH_TEMPLATE), ("httpTokens is not set", "HopLimit is not")),
    Case(
        _nodes,
        "fail",
        "open metadata",
        resource(_metadata(httpTokens="optional", httpPutResponseHopLimit=2.0), LAUNCH_TEMPLATE),
        ("httpTokens is optional", "httpPutResponseHopLimit is 2"),
    ),
    Case(
        _nodes,
        "fail",
        "a disk, a key and an address",
        resource(
            template(
                blockDeviceMappings=[{"deviceName": "/dev/xvdb", "ebs": {"encrypted": "false"}}],
                keyName="mine",
                networkInterfaces=[{"associatePublicIpAddress": "true"}],
            ),
            LAUNCH_TEMPLATE,
        ),
        ("disk /dev/xvdb is not encrypted", "SSH key", "public address"),
    ),
    Case(
        _nodes,
        "unknown",
        "a template",
        resource(
            _metadata(httpTokens=UNKNOWN_TEXT, httpPutResponseHopLimit=UNKNOWN_NUMBER)
            | {"blockDeviceMappings": [{"ebs": {"encrypted": UNKNOWN_FLAG}}], "networkInterfaces": UNKNOWN_LIST},
            LAUNCH_TEMPLATE,
        ),
    ),
    Case(
        _nodes, "unknown", "a group", resource({"amiType": UNKNOWN_TEXT, "launchTemplate": UNKNOWN_OBJECT}, NODE_GROUP)
    ),
    Case(_nodes, "not-applicable", "a container", _container),
    Case(_narrow, "pass", "a rule", resource({"cidrIpv4": "10.64.0.0/16"}, INGRESS_RULE)),
    Case(_narrow, "pass", "a group", resource(_group(cidrBlocks=["10.0.0.0/8"]), SECURITY_GROUP)),
    Case(_narrow, "pass", "an empty default", resource({"ingress": [], "egress": []}, DEFAULT_SECURITY_GROUP)),
    Case(_narrow, "pass", "a way out", resource({"type": "egress", "cidrBlocks": ["0.0.0.0/0"]}, SECURITY_GROUP_RULE)),
    Case(
        _narrow,
        "fail",
        "a rule",
        resource({"cidrIpv4": "0.0.0.0/0"}, INGRESS_RULE),
        ("open to the internet (0.0.0.0/0)",),
    ),
    Case(_narrow, "fail", "by IPv6", resource({"cidrIpv6": "::/0"}, INGRESS_RULE), ("open to the internet (::/0)",)),
    Case(
        _narrow,
        "fail",
        "a group",
        resource(_group(cidrBlocks=["10.0.0.0/8", "0.0.0.0/0"], ipv6CidrBlocks=["::/0"]), SECURITY_GROUP),
        ("open to the internet (0.0.0.0/0)", "open to the internet (::/0)"),
    ),
    Case(
        _narrow,
        "fail",
        "an old rule",
        resource({"type": "ingress", "cidrBlocks": ["0.0.0.0/0"]}, SECURITY_GROUP_RULE),
        ("open to the internet",),
    ),
    Case(
        _narrow,
        "fail",
        "a default with rules",
        resource({"ingress": [{"protocol": "-1"}], "egress": [{"protocol": "-1"}]}, DEFAULT_SECURITY_GROUP),
        ("default group has ingress", "default group has egress"),
    ),
    Case(_narrow, "unknown", "a range", resource({"cidrIpv4": UNKNOWN_TEXT}, INGRESS_RULE)),
    Case(_narrow, "unknown", "ranges", resource(_group(cidrBlocks=UNKNOWN_LIST), SECURITY_GROUP)),
    Case(_narrow, "not-applicable", "a container", _container),
    Case(_said, "pass", "a group", resource(_group(), SECURITY_GROUP)),
    Case(_said, "fail", "a group", resource({"description": "Managed by Pulumi"}, SECURITY_GROUP), ("does not say",)),
    Case(_said, "fail", "a rule", resource({}, EGRESS_RULE), ("does not say",)),
    Case(_said, "fail", "a rule inside", resource(_group(description=""), SECURITY_GROUP), ("rule for ingress",)),
    Case(_said, "unknown", "a rule", resource({"description": UNKNOWN_TEXT}, INGRESS_RULE)),
    Case(_said, "not-applicable", "a container", _container),
    Case(_subnet, "pass", "off", resource({"mapPublicIpOnLaunch": False}, _SUBNET)),
    Case(_subnet, "fail", "on", resource({"mapPublicIpOnLaunch": True}, _SUBNET), ("mapPublicIpOnLaunch is on",)),
    Case(_subnet, "unknown", "setting", resource({"mapPublicIpOnLaunch": UNKNOWN_FLAG}, _SUBNET)),
    Case(_subnet, "not-applicable", "a container", _container),
)
