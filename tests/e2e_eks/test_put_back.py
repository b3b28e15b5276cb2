"""The cluster of a stack on AWS is looked at before `up` says that nothing changes; its AWS resources are not read."""

import json

from components import roles
from tests.deployments.eks import EksDeployment
from tests.deployments.kubernetes import PLANES
from tests.harness.product import ProductStack

PLANE = PLANES[0]


def test_what_is_gone_from_the_cluster_is_named_and_put_back(on_eks: EksDeployment) -> None:
    namespace = on_eks.cluster.namespace(PLANE)
    where = ("-n", namespace)
    product = ProductStack(name=on_eks.stack.name, folder=on_eks.stack.folder, variables=on_eks.account.variables)
    widened = json.dumps({"spec": {"minReplicas": 1}})
    for words in (
        ("delete", f"hpa/{roles.API}", f"service/{roles.API}"),
        ("patch", f"hpa/{roles.COLLECTOR}", "--type=merge", "-p", widened),
    ):
        assert on_eks.cluster.kubectl(*where, *words).returncode == 0

    repaired = product.up().succeeded()
    told = {line.partition(": ")[2] for line in repaired.text.splitlines() if line.startswith("differs from the state")}
    assert told == {
        f"HorizontalPodAutoscaler {namespace}/{roles.API}: is gone",
        f"Service {namespace}/{roles.API}: is gone",
        f"HorizontalPodAutoscaler {namespace}/{roles.COLLECTOR}: spec.minReplicas is 1, not 2",
    }
    assert not [line for line in repaired.text.splitlines() if "aws:" in line and "refresh" in line]
    assert {item["metadata"]["name"] for item in on_eks.cluster.items("hpa", PLANE)} == {roles.API, roles.COLLECTOR}
    again = product.up().succeeded()
    assert "differs from the state" not in again.text
    assert "No changes: nothing to update." in again.text
