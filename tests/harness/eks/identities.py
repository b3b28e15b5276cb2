"""Who pods are: their tokens as the cluster reviews them, and their roles as the simulated account associates them."""

import json
from dataclasses import dataclass
from typing import Any

from tests.harness.controller import kubectl
from tests.harness.eks.admission import AUDIENCE
from tests.harness.managed_prometheus.pod_identity import ServiceAccount
from toolchain.cluster import Cluster

_PREFIX = "system:serviceaccount:"


@dataclass(frozen=True, kw_only=True)
class Pods:
    """The pods of ``cluster``, which the account knows as the EKS cluster ``name``; ``eks`` is its boto3 client."""

    cluster: Cluster
    eks: Any
    name: str

    def account_of(self, token: str) -> ServiceAccount | None:
        """Return whose token it is, as the API server says; None for one that it does not take."""
        review = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenReview",
            "spec": {"token": token, "audiences": [AUDIENCE]},
        }
        said = json.loads(kubectl(self.cluster, "create", "-ojson", "--filename=-", given=json.dumps(review)))
        user = str(said["status"].get("user", {}).get("username", ""))
        if not said["status"].get("authenticated") or not user.startswith(_PREFIX):
            return None
        namespace, _, name = user.removeprefix(_PREFIX).partition(":")
        return ServiceAccount(namespace=namespace, name=name)

    def role_of(self, account: ServiceAccount) -> str | None:
        """Return the role that is associated with a service account now."""
        try:
            found = self.eks.list_pod_identity_associations(
                clusterName=self.name, namespace=account.namespace, serviceAccount=account.name
            )["associations"]
        except self.eks.exceptions.ResourceNotFoundException:
            return None
        for entry in found:
            if (entry["namespace"], entry["serviceAccount"]) == (account.namespace, account.name):
                one = self.eks.describe_pod_identity_association(
                    clusterName=self.name, associationId=entry["associationId"]
                )
                return str(one["association"]["roleArn"])
        return None
