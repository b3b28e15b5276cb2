"""What a stack on AWS must have in common with the platform, told before anything is made."""

import pulumi

from config.aws.settings import AwsSettings
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.kubernetes.planned import MetricsPlan, plan
from infra.platforms.kubernetes.preflight import own_quotas


def required_settings(stack: Stack) -> AwsSettings:
    """Return the stack's AWS settings; raises ``pulumi.RunError`` without them."""
    if stack.settings.aws is None:
        raise pulumi.RunError("planewatch:aws is missing; platform eks needs a region and an owner at least")
    return stack.settings.aws


def refuse_unfit_stack(stack: Stack, settings: AwsSettings, metrics: MetricsPlan) -> None:
    """Raise ``pulumi.RunError`` for what this platform does elsewhere or lacks, and for zones beyond their quota."""
    problems = own_quotas.problems(stack, plan(stack, metrics))
    if stack.alert_webhook_url is not None:
        problems.append(
            "planewatch:alertWebhookUrl is set; on AWS alerts go to SNS: subscribe the address under"
            " planewatch:aws.notifications with protocol https, and remove the webhook"
        )
    if not settings.registry:
        problems.extend(_unpublished(stack.settings))
    if problems:
        raise pulumi.RunError("the stack does not fit AWS:\n" + "\n".join(f"  - {fault}" for fault in problems))


def _unpublished(settings: StackSettings) -> list[str]:
    """Name the images of our own that the stack runs, has no repository for, and gives no reference for."""
    workloads = [one for plane in settings.data_planes.values() for one in plane.workloads.values()]
    wanted = (*(("api",) if any(one.image is None for one in workloads) else ()), "console")
    return [
        f"planewatch:images.{name}.reference is missing, and planewatch:aws.registry is false: nobody publishes this"
        " image; push yours to where the nodes pull and name it, or let the stack have repositories of its own"
        for name in wanted
        if name not in settings.images or settings.images[name].reference is None
    ]
