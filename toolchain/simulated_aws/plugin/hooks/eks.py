"""EKS: versions, logging, and what clusters and node groups need."""

from typing import TYPE_CHECKING

from toolchain.simulated_aws.plugin.connection_errors import RefusedByServiceError
from toolchain.simulated_aws.plugin.hooks.checks import Checking
from toolchain.standins.servicer.values import child

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
LEAST_SUBNETS = 2


def check_cluster(checking: Checking) -> None:
    """Check: a supported version, two subnets at least, known log types, and Auto Mode on or off as a whole."""
    _check_version(checking)
    vpc = child(checking.inputs, "vpcConfig")
    subnets = vpc.get("subnetIds")
    if isinstance(subnets, list) and len(subnets) < LEAST_SUBNETS:
        checking.refuse("vpcConfig.subnetIds", "a cluster needs subnets in at least two zones")
    if vpc.get("endpointPrivateAccess") is False and vpc.get("endpointPublicAccess") is False:
        checking.refuse("vpcConfig", "the endpoint must be reachable: private or public access, or both")
    given = checking.inputs.get("enabledClusterLogTypes")
    for index, entry in enumerate(given if isinstance(given, list) else []):
        if isinstance(entry, str) and entry not in LOG_TYPES:
            checking.refuse(f"enabledClusterLogTypes[{index}]", f"must be one of {', '.join(LOG_TYPES)}")
    network = child(checking.inputs, "kubernetesNetworkConfig")
    storage = child(checking.inputs, "storageConfig")
    modes = [
        child(checking.inputs, "computeConfig").get("enabled"),
        child(network, "elasticLoadBalancing").get("enabled"),
        child(storage, "blockStorage").get("enabled"),
    ]
    if any(mode is True for mode in modes) and not all(mode is True for mode in modes):
        checking.refuse(
            "computeConfig",
            "Auto Mode is on as a whole: computeConfig.enabled, storageConfig.blockStorage.enabled and "
            "kubernetesNetworkConfig.elasticLoadBalancing.enabled together",
        )


def _check_version(checking: Checking) -> None:
    version = checking.text("version")
    if not version:
        return
    try:
        answer = checking.connection.call(
            "eks", "describe_cluster_versions", {}, doing="list EKS versions", region=checking.region
        )
    except RefusedByServiceError:
        return  # a simulator without the list: the making of the cluster will tell
    supported = [entry["clusterVersion"] for entry in answer["clusterVersions"]]
    if version not in supported:
        checking.refuse("version", f"EKS does not support {version}; it supports {', '.join(supported)}")


def check_node_group(checking: Checking) -> None:
    """Check: sizes that fit together."""
    sizes = child(checking.inputs, "scalingConfig")
    least, wanted, most = (sizes.get(name) for name in ("minSize", "desiredSize", "maxSize"))
    if isinstance(least, int) and isinstance(wanted, int) and isinstance(most, int) and not least <= wanted <= most:
        checking.refuse("scalingConfig", f"minSize {least} ≤ desiredSize {wanted} ≤ maxSize {most} does not hold")
    update = child(checking.inputs, "updateConfig")
    if "maxUnavailable" in update and "maxUnavailablePercentage" in update:
        checking.refuse("updateConfig", "maxUnavailable or maxUnavailablePercentage, not both")


def check_addon(checking: Checking) -> None:
    """Check: an add-on, and a version of it, that the service has."""
    name, version = checking.text("addonName"), checking.text("addonVersion")
    if not name:
        return
    try:
        answer = checking.connection.call(
            "eks", "describe_addon_versions", {"addonName": name}, doing="list add-ons", region=checking.region
        )
    except RefusedByServiceError as error:
        checking.refuse("addonName", str(error))
        return
    versions = [entry["addonVersion"] for addon in answer["addons"] for entry in addon["addonVersions"]]
    if not versions:
        checking.refuse("addonName", f"EKS has no add-on {name}")
    elif version and version not in versions:
        checking.refuse("addonVersion", f"{name} has no version {version}; it has {', '.join(versions)}")


def cluster_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add control-plane logging in the service's form: every type on or off."""
    del connection
    given = values.get("enabledClusterLogTypes")
    if given is None and "id" not in values:
        return
    on = sorted(str(entry) for entry in (given if isinstance(given, list) else []))
    off = [kind for kind in LOG_TYPES if kind not in on]
    both = [{"types": kinds, "enabled": enabled} for kinds, enabled in ((on, True), (off, False)) if kinds]
    values["logging"] = {"clusterLogging": both}


def node_group_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add changes of labels and taints in the service's form: what to set and what to remove."""
    del connection
    old, new = _map(values.get("old_labels")), _map(values.get("labels"))
    gone = sorted(old.keys() - new.keys())
    values["label_changes"] = {"addOrUpdateLabels": new} | ({"removeLabels": gone} if gone else {})
    before, after = _taints(values.get("old_taints")), _taints(values.get("taints"))
    changes: dict[str, object] = {"addOrUpdateTaints": after} if after else {}
    left = {(taint["key"], taint["effect"]) for taint in after}
    lost = [taint for taint in before if (taint["key"], taint["effect"]) not in left]
    if lost:
        changes["removeTaints"] = lost
    if changes:
        values["taint_changes"] = changes


def _map(found: object) -> dict[str, object]:
    return {str(k): v for k, v in found.items() if not str(k).startswith("__")} if isinstance(found, dict) else {}


def _taints(found: object) -> list[dict[str, object]]:
    return [_map(entry) for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
