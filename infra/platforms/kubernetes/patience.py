"""How long an update waits for pods to become ready, whichever plugin runs.

The stand-in ends when the controller reports a rollout as stuck. The official plugin does not look at that report: it
waits for its whole time, which is ten minutes unless a resource says otherwise.
"""

import pulumi

from infra.platforms.kubernetes.scale import Scale

# A rollout replaces one pod at a time. So much for each, beside the time without progress; the controller's report of
# a stuck rollout comes up to 20 s late, and is to come first.
_EACH_S = 30
# For a new pod with data: a node and a volume for it, then the two minutes of its startup probe.
_DATA_S = 300
# For each further one of an update: the end of the old pod, the volume's way to another node, the startup probe.
_NEXT_DATA_S = 180


def for_rollout(scale: Scale, progress_deadline_s: int, options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Return ``options`` for a Deployment: its new pods start at once, an update replaces one after another."""
    return _waiting(
        options, create_s=progress_deadline_s + _EACH_S, update_s=progress_deadline_s + _EACH_S * scale.maximum
    )


def for_replicas(replicas: int, options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Return ``options`` for pods with data: they start at once, an update replaces one after another."""
    return _waiting(options, create_s=_DATA_S, update_s=_DATA_S + _NEXT_DATA_S * (replicas - 1))


def for_quarters(progress_deadline_s: int, options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Return ``options`` for one pod on each node: they start at once, an update replaces a quarter after another."""
    each_s = progress_deadline_s + _EACH_S
    return _waiting(options, create_s=each_s, update_s=each_s * 4)


def for_job(timeout_s: int, options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Return ``options`` for a job: the cluster ends it after ``timeout_s``, which is to be reported first."""
    return _waiting(options, create_s=timeout_s + _EACH_S, update_s=timeout_s + _EACH_S)


def _waiting(options: pulumi.ResourceOptions, *, create_s: int, update_s: int) -> pulumi.ResourceOptions:
    timeouts = pulumi.CustomTimeouts(create=f"{create_s}s", update=f"{update_s}s")
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(custom_timeouts=timeouts))
