"""The Pulumi program of the product with one change from outside it: services are made and never started.

A hundred data planes are two hundred services, more than one machine can run. What Pulumi does about them — declare,
compare, store — is the same whether they run or not. The file lies one folder below the root, as `infra/` does, because
build contexts are relative to that.
"""

import pulumi

from benchmarks.stacks import CONTAINER
from config.load import load
from infra.platforms.docker.of_stack import docker_platform
from infra.topology import build, export


def _never_start(
    declared: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    if declared.type_ != CONTAINER:
        return None
    # A Python dictionary here, so names are those of the SDK's arguments.
    props = {**declared.props, "start": False, "must_run": False, "wait": False}
    return pulumi.ResourceTransformationResult(props=props, opts=declared.opts)


pulumi.runtime.register_stack_transformation(_never_start)
stack = load()
platform = docker_platform(stack)
export(stack, platform, build(stack, platform))
