"""Nodes run Bottlerocket from a launch template that protects their identity and disks; nobody logs in to them."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs

from policies.aws_views import LAUNCH_TEMPLATE
from policies.reading import Record, Unknown, known
from policies.resource_policies import Findings, resource_policy

_NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"


def check(args: ResourceValidationArgs) -> Findings:
    """Check what node groups run, and the launch templates."""
    bag = Record(args.props)
    return _group(bag) if args.resource_type == _NODE_GROUP else _template(bag)


def _group(bag: Record) -> Iterator[str]:
    image = bag.text("amiType")
    if not isinstance(image, Unknown) and not (image or "").startswith("BOTTLEROCKET_"):
        yield f"amiType is {image or 'not set'}: a node with a shell and a package manager"
    if not bag.has("launchTemplate"):
        yield "has no launch template, so EKS chooses metadata options and disks"
    if bag.has("remoteAccess"):
        yield "opens its nodes to SSH (remoteAccess)"


def _template(bag: Record) -> Iterator[str]:
    yield from _metadata(bag)
    # An unencrypted disk is one whose encryption nobody asked for.
    for mapping in known(bag.records("blockDeviceMappings")):
        disk = mapping.record("ebs")
        if isinstance(disk, Record) and disk.flag("encrypted") in (False, None):
            yield f"disk {mapping.text('deviceName')} is not encrypted"
    if bag.has("keyName"):
        yield "carries an SSH key (keyName)"
    for interface in known(bag.records("networkInterfaces")):
        if interface.flag("associatePublicIpAddress") is True:
            yield "gives nodes a public address (associatePublicIpAddress)"


def _metadata(bag: Record) -> Iterator[str]:
    options = bag.record("metadataOptions")
    if isinstance(options, Unknown):
        return
    options = options or Record({})
    if options.text("httpEndpoint") == "disabled":
        return
    tokens, hops = options.text("httpTokens"), options.number("httpPutResponseHopLimit")
    if not isinstance(tokens, Unknown) and tokens != "required":
        yield f"httpTokens is {tokens or 'not set'}: a forged request of a pod can read the node's credentials"
    if not isinstance(hops, Unknown) and hops != 1:
        yield f"httpPutResponseHopLimit is {'not set' if hops is None else int(hops)}, so pods can take the node's role"


POLICY = resource_policy(
    name="nodes-are-hardened",
    description="Nodes run Bottlerocket from a launch template that protects their identity and disks; nobody logs in "
    "to them.",
    remedy="create nodes as components/aws/nodes.py does: Bottlerocket, a launch template with httpTokens required, "
    "one hop and encrypted disks, no SSH",
    types=(_NODE_GROUP, LAUNCH_TEMPLATE),
    check=check,
)
