"""What the simulated API leads to: a cluster and a Managed Prometheus, if there are any."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolchain.simulated_aws.account import amp, eks
from toolchain.simulated_aws.account.requests import Request


@dataclass(frozen=True, kw_only=True)
class Backends:
    """Where the things of the account lead; empty: nowhere, as the simulation alone has them.

    `cluster_endpoint` is the URL of an API server, `cluster_authority` its authority (PEM in base64): every cluster of
    the account says that it is this one. Workspaces are at `workspaces_url` + `/workspaces/<id>/`.
    """

    cluster_endpoint: str = ""
    cluster_authority: str = ""
    workspaces_url: str = ""

    def connect(self, request: Request, answer: Mapping[str, Any]) -> None:
        """Point what a request has created there."""
        if request.service == "eks" and request.operation == "CreateCluster" and self.cluster_endpoint:
            cluster = eks.cluster_of(request)
            cluster.endpoint = self.cluster_endpoint
            cluster.certificate_authority = {"data": self.cluster_authority}
        if request.service == "amp" and request.operation == "CreateWorkspace" and self.workspaces_url:
            identity = str(answer["workspaceId"])
            made = amp.workspace_of(Request("amp", "", request.region, {"workspaceId": identity}))
            made.endpoint = f"{self.workspaces_url}/workspaces/{identity}/"
