"""Jobs before a workload on an engine: containers that end, and without whose good end nothing after them starts."""

from collections.abc import Sequence
from dataclasses import replace

import pulumi
import pulumi_docker as docker

from components.job import Job
from infra.platforms.docker.container import ContainerSpec, describe, options
from infra.platforms.docker.engine import Engine

_LINES = 20


def run_before(spec: ContainerSpec, engine: Engine, *, parent: pulumi.Resource) -> list[pulumi.Input[pulumi.Resource]]:
    """Run the jobs of a version one after another; return what must be there before it starts.

    A job that fails raises ``pulumi.RunError`` there, with its last log lines.
    """
    after: list[pulumi.Input[pulumi.Resource]] = []
    for job in spec.workload.before:
        after = [_job(spec, job, engine, after, parent)]
    return after


def _job(
    spec: ContainerSpec,
    job: Job,
    engine: Engine,
    after: Sequence[pulumi.Input[pulumi.Resource]],
    parent: pulumi.Resource,
) -> pulumi.Output[pulumi.Resource]:
    # Called after the version, which has no name of the engine's to give up when another one takes the traffic over.
    own = replace(
        spec,
        name=f"{spec.workload.name}-{job.name}",
        workload=replace(spec.workload, command=tuple(job.command), volumes=()),
        data=(),
    )
    described = describe(own, engine)
    described.restart = "no"
    described.must_run = False
    # The plugin waits for its end and keeps what it wrote: by then nothing else may have it.
    described.attach = described.logs = True
    kept = pulumi.ResourceOptions(
        additional_secret_outputs=["containerLogs"],
        custom_timeouts=pulumi.CustomTimeouts(create=f"{job.timeout_s}s"),
    )
    name = engine.naming.service(spec.zone.spec.name, own.name)
    made = docker.Container(
        f"{spec.zone.spec.name}-{own.name}",
        described,
        opts=pulumi.ResourceOptions.merge(options(own, engine, parent, after), kept),
    )

    def judged(ended: Sequence[object]) -> pulumi.Resource:
        code, written, urn = ended
        if code:
            raise pulumi.RunError(_failure(name, str(code), str(written or ""), urn))
        return made

    return pulumi.Output.all(made.exit_code, made.container_logs, made.urn).apply(judged)


def _failure(name: str, code: str, written: str, urn: object) -> str:
    lines = written.rstrip().splitlines()[-_LINES:]
    said = "\n".join(("its last log lines:", *lines)) if lines else "it has logged nothing"
    return (
        f"job {name} exited with code {code}, so that what it precedes was not started; mend what it says and run"
        f" `planewatch up`, or `pulumi up --replace '{urn}'`, which runs it again; {said}"
    )
