"""Managed Grafana: what a workspace needs and no shape says."""

from toolchain.simulated_aws.plugin.connection_errors import RefusedByServiceError
from toolchain.simulated_aws.plugin.hooks.checks import Checking


def check_workspace(checking: Checking) -> None:
    """Check: a role where the workspace does not make its own, and a version that the service has."""
    if checking.text("permissionType") == "CUSTOMER_MANAGED" and "roleArn" not in checking.inputs:
        checking.refuse("roleArn", "permissionType CUSTOMER_MANAGED needs a role that the workspace takes on")
    version = checking.text("grafanaVersion")
    if not version:
        return
    try:
        answer = checking.connection.call(
            "grafana", "list_versions", {}, doing="list versions of Grafana", region=checking.region
        )
    except RefusedByServiceError:
        return  # whoever may not list them hears it when the workspace is made
    if version not in answer["grafanaVersions"]:
        checking.refuse(
            "grafanaVersion", f"the service has no Grafana {version}; it has {', '.join(answer['grafanaVersions'])}"
        )
