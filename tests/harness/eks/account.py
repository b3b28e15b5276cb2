"""A simulated AWS account whose EKS cluster is the local one: what a stack makes there goes through to real pods."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from tests.harness.aws import REGION, SimulatedAws, simulated_aws
from tests.harness.eks.admission import pod_identity_webhook
from tests.harness.eks.identities import Pods
from tests.harness.eks.node import HTTP, MANAGED_PROMETHEUS, POD_IDENTITY, answering_at, layout_of
from tests.harness.eks.workspaces import Workspaces
from tests.harness.managed_prometheus.iam import policies_in
from tests.harness.managed_prometheus.identities import Identities
from tests.harness.managed_prometheus.pod_identity import PodIdentity
from tests.harness.managed_prometheus.service import Service
from tests.harness.managed_prometheus.serving import serving
from tests.harness.pulumi import ROOT
from toolchain.cluster import Cluster


@dataclass(frozen=True, kw_only=True)
class EksAccount:
    """The account, the cluster as `aws eks update-kubeconfig` writes it, and the Managed Prometheus."""

    aws: SimulatedAws
    cluster: Cluster
    workspaces: Workspaces
    service: Service
    identities: Identities
    pods: Pods
    variables: dict[str, str]


@contextmanager
def eks_account(folder: Path, cluster: Cluster, name: str, namespaces: tuple[str, ...]) -> Iterator[EksAccount]:
    """Run an account whose cluster ``name`` is ``cluster``; pods in ``namespaces`` are given their roles."""
    layout = layout_of(cluster)
    prometheus, alertmanager = _program("prometheus"), _program("alertmanager")
    entry = _renamed(cluster, folder, name)
    with ExitStack() as stack:
        stack.enter_context(answering_at(layout, POD_IDENTITY, MANAGED_PROMETHEUS))
        aws = stack.enter_context(
            simulated_aws(*clusters_are(cluster), f"--workspaces-url=http://{MANAGED_PROMETHEUS}")
        )
        workspaces = Workspaces(
            amp=aws.client("amp"),
            region=REGION,
            folder=folder / "workspaces",
            prometheus=prometheus,
            alertmanager=alertmanager,
            topics_url=aws.url,
        )
        stack.enter_context(workspaces.following())
        identities = Identities(policies_of=policies_in(aws.client("iam")))
        pods = Pods(cluster=cluster, eks=aws.client("eks"), name=name)
        service = Service(workspaces.frontends, identities, REGION)
        agent = PodIdentity(identities=identities, account_of=pods.account_of, role_of=pods.role_of)
        stack.enter_context(serving(service.app, MANAGED_PROMETHEUS, HTTP))
        stack.enter_context(serving(agent.app, POD_IDENTITY, HTTP))
        stack.enter_context(
            pod_identity_webhook(
                cluster,
                namespaces,
                address=str(layout.host_address),
                folder=folder,
                has_role=lambda account: pods.role_of(account) is not None,
            )
        )
        yield EksAccount(
            aws=aws,
            cluster=entry,
            workspaces=workspaces,
            service=service,
            identities=identities,
            pods=pods,
            variables={**aws.environment, "PATH": f"{command_line(folder, cluster)}{os.pathsep}{os.environ['PATH']}"},
        )


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is not on PATH: `planewatch setup --for test` makes it"
    return found


def _renamed(cluster: Cluster, folder: Path, context: str) -> Cluster:
    """Return the cluster under the context that the documentation has people make."""
    document = yaml.safe_load(Path(cluster.kubeconfig).read_text())
    document["contexts"][0]["name"] = document["current-context"] = context
    path = folder / "kubeconfig"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(document))
    return replace(cluster, kubeconfig=str(path), context=context)


def clusters_are(cluster: Cluster) -> tuple[str, str]:
    """Return the options with which every cluster of a simulated account is this one."""
    known: dict[str, Any] = yaml.safe_load(Path(cluster.kubeconfig).read_text())["clusters"][0]["cluster"]
    authority = known["certificate-authority-data"]
    return f"--cluster-endpoint={known['server']}", f"--cluster-authority={authority}"


def command_line(folder: Path, cluster: Cluster) -> Path:
    """Put a stand-in for AWS's command line into a folder of its own; returns the folder."""
    made = folder / "bin"
    made.mkdir()
    program = made / "aws"
    words = shlex.join([sys.executable, "-m", "tests.harness.eks.entry", cluster.kubeconfig])
    program.write_text(f'#!/bin/sh\ncd {shlex.quote(str(ROOT))} && exec {words} "$@"\n')
    program.chmod(0o755)
    return made
