"""Check that a stack's settings fit AWS, before anything is created."""

import pulumi

from config.aws.settings import AwsSettings
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.kubernetes import doors
from infra.platforms.kubernetes.planned import MetricsPlan, plan
from infra.platforms.kubernetes.preflight import own_quotas


def required_settings(stack: Stack) -> AwsSettings:
    """Return the stack's AWS settings; raises ``pulumi.RunError`` without them."""
    if stack.settings.aws is None:
        raise pulumi.RunError("planewatch:aws is missing; platform eks needs a region and an owner at least")
    return stack.settings.aws


def refuse_unfit_stack(stack: Stack, settings: AwsSettings, metrics: MetricsPlan) -> None:
    """Raise ``pulumi.RunError`` for settings that this platform does not support, and for zones beyond their quota."""
    problems = own_quotas.problems(stack, plan(stack, metrics))
    if found := doors.fault(stack):
        problems.append(found)
    if stack.alert_webhook_url is not None:
        problems.append(
            "planewatch:alertWebhookUrl is set; on AWS alerts go to SNS: subscribe the address under"
            " planewatch:aws.notifications with protocol https, and remove the webhook"
        )
    if stack.settings.alerts.egress is not None:
        problems.append("planewatch:alerts.egress is set; on AWS alerts leave by SNS, not from the cluster; remove it")
    if settings.network.nat == "none" and settings.network.existing is None and settings.cluster.existing is None:
        problems.extend(_without_a_way(stack.settings))
    if settings.cluster.existing is None and settings.protection == "deletable" and stack.settings.data == "keep":
        problems.extend(_lost_with_the_cluster(stack.settings))
    if not settings.registry:
        problems.extend(_unpublished(stack.settings))
    if problems:
        raise pulumi.RunError("the stack does not fit AWS:\n" + "\n".join(f"  - {fault}" for fault in problems))


def _without_a_way(settings: StackSettings) -> list[str]:
    """Return the workloads that want to reach the internet from a VPC that no way leads out of."""
    return [
        f"planewatch:dataPlanes.{plane}.workloads.{role}.egress: without cidrs the destination is the internet,"
        " which planewatch:aws.network.nat: none cuts off; name cidrs, or set nat: one"
        for plane, said in settings.data_planes.items()
        for role, workload in said.workloads.items()
        if any(not each.cidrs for each in workload.egress)
    ]


def _lost_with_the_cluster(settings: StackSettings) -> list[str]:
    """Return the workloads whose data could not be kept, since it goes with the stack's own cluster."""
    return [
        f"planewatch:dataPlanes.{plane}.workloads.{role}.volumes go with the stack's own cluster, which"
        " planewatch:aws.protection: deletable lets go, so planewatch:data: keep cannot keep them; set data: delete, or"
        " protection: protected"
        for plane, said in settings.data_planes.items()
        for role, workload in said.workloads.items()
        if workload.volumes
    ]


def _unpublished(settings: StackSettings) -> list[str]:
    """Return our own images that the stack runs without a repository or a reference."""
    workloads = [one for plane in settings.data_planes.values() for one in plane.workloads.values()]
    wanted = (*(("api",) if any(one.image is None for one in workloads) else ()), "console")
    return [
        f"planewatch:images.{name}.reference is required with planewatch:aws.registry: false, since this image is not "
        "published; push yours to a registry that the nodes can reach and name it, or set registry: true"
        for name in wanted
        if name not in settings.images or settings.images[name].reference is None
    ]
