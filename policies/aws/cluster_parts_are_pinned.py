"""A cluster and its add-ons run the versions that the stack names."""

import re

from pulumi_policy import ResourceValidationArgs

from policies.aws_views import ADDON, CLUSTER
from policies.reading import Record, Unknown
from policies.resource_policies import Findings, resource_policy

# 1.34 of Kubernetes, v1.20.4-eksbuild.1 of an add-on.
_VERSIONS = {
    CLUSTER: ("version", re.compile(r"\d+\.\d+")),
    ADDON: ("addonVersion", re.compile(r"v\d+\.\d+\.\d+-eksbuild\.\d+")),
}


def check(args: ResourceValidationArgs) -> Findings:
    """Require a complete version; without one AWS takes its newest, or its default of the day."""
    key, wanted = _VERSIONS[args.resource_type]
    version = Record(args.props).text(key)
    if not isinstance(version, Unknown) and not wanted.fullmatch(version or ""):
        yield f"{key} is '{version}', which is not a complete version" if version else f"{key} is not set"


POLICY = resource_policy(
    name="cluster-parts-are-pinned",
    description="A cluster and its add-ons run the versions that the stack names.",
    remedy="name the version (cluster.version; config/addons.py has those of add-ons)",
    types=tuple(_VERSIONS),
    check=check,
)
