"""Jobs before a workload on a cluster: each must be complete before the next one, and before the workload's pods."""

from dataclasses import replace
from typing import Any

import pulumi
from pulumi_kubernetes.batch.v1 import (
    Job,
    JobSpecArgs,
    PodFailurePolicyArgs,
    PodFailurePolicyOnPodConditionsPatternArgs,
    PodFailurePolicyRuleArgs,
)
from pulumi_kubernetes.core.v1 import PodSpecArgs, PodTemplateSpecArgs
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components import job
from components.workload import Workload
from infra.platforms.kubernetes import patience
from infra.platforms.kubernetes.pod import PodParts, literal, pod_template
from infra.platforms.kubernetes.service import Cluster

# A job that failed is replaced by the next update, under the official plugin too; else that would wait for it in vain.
_AGAIN = {"pulumi.com/replaceUnready": "true"}


def run_before(
    workload: Workload, zone: str, parts: PodParts, cluster: Cluster, *, options: pulumi.ResourceOptions
) -> pulumi.ResourceOptions:
    """Run the jobs of a version one after another; return the options of what starts after the last one."""
    for each in workload.before:
        done = _job(workload, each, zone, parts, cluster, options=options)
        options = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[done]))
    return options


def _job(
    workload: Workload, what: job.Job, zone: str, parts: PodParts, cluster: Cluster, *, options: pulumi.ResourceOptions
) -> Job:
    naming, name = cluster.naming, f"{workload.name}-{what.name}"
    return Job(
        f"{zone}-{name}-job",
        metadata=ObjectMetaArgs(
            name=name,
            namespace=naming.namespace(zone),
            labels=naming.role_labels(workload.role, zone, name),
            annotations={**naming.annotations, **_AGAIN},
        ),
        spec=JobSpecArgs(
            # What failed may have done half of its work: whoever deploys looks, and the next update runs it again.
            backoff_limit=0,
            active_deadline_seconds=what.timeout_s,
            # A pod that was evicted, or whose node went, has not failed.
            pod_failure_policy=PodFailurePolicyArgs(
                rules=[
                    PodFailurePolicyRuleArgs(
                        action="Ignore",
                        on_pod_conditions=[
                            PodFailurePolicyOnPodConditionsPatternArgs(type="DisruptionTarget", status="True")
                        ],
                    )
                ]
            ),
            template=_template(workload, what, zone, parts, cluster),
        ),
        opts=patience.for_job(what.timeout_s, options),
    )


def _template(workload: Workload, what: job.Job, zone: str, parts: PodParts, cluster: Cluster) -> PodTemplateSpecArgs:
    """Describe the workload's pod as one that runs the job and ends: no callers, no data, no node's paths."""
    alone = replace(parts, data=(), extra_containers=(), extra_volumes=())
    running = replace(workload, command=tuple(literal(word) for word in what.command), host_paths=())
    template = pod_template(running, zone, alone, cluster.naming, cluster.args.pods)
    metadata, pod = template.metadata, template.spec
    if not isinstance(metadata, ObjectMetaArgs) or not isinstance(pod, PodSpecArgs):
        raise TypeError("pod_template must return plain arguments, no outputs")
    metadata.labels = cluster.naming.role_labels(workload.role, zone, f"{workload.name}-{what.name}")
    pod.restart_policy, pod.topology_spread_constraints = "Never", None
    containers: Any = pod.containers
    (main,) = containers
    main.name, main.ports, main.lifecycle = what.name, None, None
    main.startup_probe = main.readiness_probe = main.liveness_probe = None
    return template
