"""What `up` leaves on AWS and on its cluster, and what a change touches."""

from components import roles
from config.settings import CONTROL_ZONE
from tests.deployments import Role
from tests.deployments.eks import EksDeployment


def test_a_change_of_one_plane_touches_only_it(on_eks: EksDeployment) -> None:
    changed = on_eks.changed_settings()
    changed["dataPlanes"]["prod"]["workloads"]["api"]["environmentVariables"] = {"ERROR_RATE": "0.5"}
    planned = on_eks.stack.planned(changed)
    on_eks.stack.write(on_eks.settings)
    assert planned == {"prod-api": "update"}


def test_removing_a_plane_removes_nothing_else(on_eks: EksDeployment) -> None:
    less = on_eks.changed_settings()
    del less["dataPlanes"]["dev"]
    planned = on_eks.stack.planned(less)
    on_eks.stack.write(on_eks.settings)
    # The agents' configuration and the rules on what is expected name the planes; what else goes is the plane's own.
    changed = {name for name, operation in planned.items() if operation != "delete"}
    assert changed <= {"control-prometheus-etc-prometheus", "metrics-expected", "planewatch-" + on_eks.stack.name}
    assert {name for name, operation in planned.items() if operation == "delete"} >= {"dev-api", "dev-collector"}
    assert not [name for name in planned if name.startswith("prod")]


def test_nothing_changes_without_a_change(on_eks: EksDeployment) -> None:
    """Nor do the previews above leave anything behind."""
    assert on_eks.stack.planned(on_eks.settings) == {}


def test_agents_have_a_log_on_disk_and_a_name_each(on_eks: EksDeployment) -> None:
    claims = on_eks.cluster.items("persistentvolumeclaims", CONTROL_ZONE)
    agents = on_eks.pods(Role(zone=CONTROL_ZONE, name=roles.PROMETHEUS))
    assert {claim["metadata"]["name"] for claim in claims} == {f"agent-{name}" for name in agents}
    assert {claim["status"]["phase"] for claim in claims} == {"Bound"}
