"""EKS: what moto lacks of the service: versions, add-ons, access, pod identities, changes of a cluster."""

import json
import time
from collections.abc import Mapping
from typing import Any

from toolchain.simulated_aws.account.requests import ACCOUNT, ApiError, Request, missing
from toolchain.simulated_aws.account.store import Record, ResourceKind, Store

# Kubernetes versions of EKS in November 2026, as far as could be found out: in standard, then in extended support.
STANDARD, EXTENDED = ("1.36", "1.35", "1.34"), ("1.33", "1.32", "1.31")
VERSIONS = (*STANDARD, *EXTENDED)
# Add-ons that the project may use, with builds that were seen of them (config/addons.py says where).
ADDONS: Mapping[str, tuple[str, ...]] = {
    "vpc-cni": ("v1.23.1-eksbuild.1", "v1.22.4-eksbuild.3", "v1.20.4-eksbuild.1"),
    "coredns": ("v1.14.3-eksbuild.23", "v1.13.2-eksbuild.31", "v1.12.4-eksbuild.38"),
    "kube-proxy": ("v1.36.0-eksbuild.25", "v1.35.3-eksbuild.29", "v1.34.6-eksbuild.29"),
    "eks-pod-identity-agent": ("v1.4.0-eksbuild.2", "v1.3.10-eksbuild.3"),
    "aws-ebs-csi-driver": ("v1.66.0-eksbuild.1", "v1.65.0-eksbuild.1"),
    "metrics-server": ("v0.9.0-eksbuild.11", "v0.8.0-eksbuild.3"),
    "aws-secrets-store-csi-driver-provider": ("v3.1.3-eksbuild.1", "v3.1.1-eksbuild.2"),
    "cert-manager": ("v1.18.2-eksbuild.2",),
    "external-dns": ("v0.19.0-eksbuild.2",),
}
LEAST_ZONES = 2


def backend(region: str) -> Any:  # noqa: ANN401 - moto has no types
    """Return moto's state of the service in a region."""
    from moto.eks.models import eks_backends  # noqa: PLC0415 - moto is imported by whoever serves

    return eks_backends[ACCOUNT][region]


def cluster_of(request: Request) -> Any:  # noqa: ANN401 - moto has no types
    """Return moto's cluster that a request names; raises ApiError if it does not exist."""
    name = request.text("clusterName") or request.text("name")
    found = backend(request.region).clusters.get(name)
    if found is None:
        raise missing(f"No cluster found for name: {name}.")
    return found


def start_creating(request: Request, seconds: float) -> None:
    """Keep the cluster that was just created in status CREATING for so many seconds."""
    cluster = cluster_of(request)
    cluster.status, cluster.ready_at = "CREATING", time.monotonic() + seconds


def finish_creating(region: str) -> None:
    """Make clusters active whose creation time is over."""
    for cluster in backend(region).clusters.values():
        if cluster.status == "CREATING" and time.monotonic() >= cluster.ready_at:
            cluster.status = "ACTIVE"


def _validate_member(request: Request) -> None:
    cluster = cluster_of(request)
    if cluster.status != "ACTIVE":
        raise ApiError("InvalidRequestException", f"Cluster '{cluster.name}' is not in ACTIVE status", 400)


def _validate_addon(request: Request) -> None:
    _validate_member(request)
    name, version = request.text("addonName"), request.text("addonVersion")
    if name not in ADDONS:
        raise ApiError("InvalidParameterException", f"Addon {name} specified is not supported")
    if version and version not in ADDONS[name]:
        raise ApiError("InvalidParameterException", f"Addon version {version} specified is not supported for {name}")
    values = request.text("configurationValues")
    if values:
        try:
            json.loads(values)
        except ValueError:
            import yaml  # noqa: PLC0415 - rarely needed

            try:
                yaml.safe_load(values)
            except yaml.YAMLError as error:
                raise ApiError("InvalidParameterException", "configurationValues is neither JSON nor YAML") from error


def _fill_addon(request: Request, record: Record) -> None:
    name = request.text("addonName")
    record.setdefault("addonVersion", ADDONS[name][0])
    record["status"] = "ACTIVE"
    record["addonArn"] = request.arn(f"addon/{request.text('clusterName')}/{name}/1")
    record["podIdentityAssociations"] = [
        request.arn(f"podidentityassociation/{request.text('clusterName')}/a-{index}")
        for index, _ in enumerate(request.params.get("podIdentityAssociations") or ())
    ]


def _fill_entry(request: Request, record: Record) -> None:
    cluster, principal = request.text("clusterName"), request.text("principalArn")
    record["accessEntryArn"] = request.arn(f"access-entry/{cluster}/{principal.rpartition(':')[2]}/1")
    record.setdefault("type", "STANDARD")
    record.setdefault("username", principal)
    record.setdefault("kubernetesGroups", [])


def _validate_policy(request: Request) -> None:
    cluster_of(request)
    if not request.text("policyArn").startswith("arn:aws:eks::aws:cluster-access-policy/"):
        raise ApiError("InvalidParameterException", "The policyArn parameter format is not valid")
    scope = request.params.get("accessScope") or {}
    if scope.get("type") == "namespace" and not scope.get("namespaces"):
        raise ApiError("InvalidParameterException", "A scope of type namespace needs namespaces")


def _fill_pod_identity(request: Request, record: Record) -> None:
    record["associationId"] = f"a-{record['associationId'][:17]}"
    record["associationArn"] = request.arn(
        f"podidentityassociation/{request.text('clusterName')}/{record['associationId']}"
    )
    record.setdefault("disableSessionTags", False)


ADDON = ResourceKind(
    "eks", "CreateAddon", "DescribeAddon", "DeleteAddon", "UpdateAddon", keys=("clusterName", "addonName"),
    wrap="addon", noun="addon", fill=_fill_addon, validate=_validate_addon,
)  # fmt: skip
ENTRY = ResourceKind(
    "eks", "CreateAccessEntry", "DescribeAccessEntry", "DeleteAccessEntry", "UpdateAccessEntry",
    keys=("clusterName", "principalArn"), wrap="accessEntry", noun="access entry", fill=_fill_entry,
    validate=_validate_member,
)  # fmt: skip
POLICY = ResourceKind(
    "eks", "AssociateAccessPolicy", "", "DisassociateAccessPolicy",
    list_all=("ListAssociatedAccessPolicies", "associatedAccessPolicies"),
    keys=("clusterName", "principalArn", "policyArn"), wrap="associatedAccessPolicy", noun="access policy",
    validate=_validate_policy,
)  # fmt: skip
POD_IDENTITY = ResourceKind(
    "eks", "CreatePodIdentityAssociation", "DescribePodIdentityAssociation", "DeletePodIdentityAssociation",
    "UpdatePodIdentityAssociation", list_all=("ListPodIdentityAssociations", "associations"),
    keys=("clusterName", "associationId"), wrap="association", made_key="associationId",
    noun="pod identity association", fill=_fill_pod_identity, validate=_validate_member,
)  # fmt: skip
KINDS = (ADDON, ENTRY, POLICY, POD_IDENTITY)


def before(request: Request, store: Store) -> Record | None:
    """Answer what moto cannot, and refuse what moto would let pass; None hands the request on to moto."""
    if request.operation == "DescribeClusterVersions":
        return {"clusterVersions": [_version(name) for name in VERSIONS]}
    if request.operation == "DescribeAddonVersions":
        wanted = request.text("addonName")
        return {"addons": [_addon(name) for name in ADDONS if wanted in ("", name)]}
    if request.operation == "CreateCluster":
        _validate_cluster(request)
    elif request.operation == "AssociateAccessPolicy":
        store.find(ENTRY, request.region, (request.text("clusterName"), request.text("principalArn")))
    elif request.operation == "CreatePodIdentityAssociation":
        _validate_unique(request, store)
    elif request.operation in ("UpdateClusterConfig", "UpdateClusterVersion", "AssociateEncryptionConfig"):
        return _update_cluster(request)
    elif request.operation == "UpdateNodegroupVersion":
        return _update_node_group(request)
    elif request.operation == "DeleteCluster":
        cluster = cluster_of(request)
        if getattr(cluster, "deletion_protection", False):
            raise ApiError("InvalidRequestException", "Cluster has deletion protection enabled", 400)
    return None


def after(request: Request, store: Store) -> None:
    """Complete moto's state once it has answered."""
    if request.operation == "DeleteCluster":
        store.drop(request.region, "eks", request.text("name"), KINDS)
    elif request.operation == "CreateCluster":
        cluster = cluster_of(request)
        vpc = cluster.resources_vpc_config
        vpc.setdefault("endpointPublicAccess", True)
        vpc.setdefault("endpointPrivateAccess", False)
        vpc.setdefault("publicAccessCidrs", ["0.0.0.0/0"] if vpc["endpointPublicAccess"] else [])
        vpc["clusterSecurityGroupId"] = _security_group(request, vpc)
        cluster.version = request.text("version") or STANDARD[0]
        cluster.access_config = {"authenticationMode": "API_AND_CONFIG_MAP"} | dict(
            request.params.get("accessConfig") or {}
        )
        cluster.upgrade_policy = request.params.get("upgradePolicy") or {"supportType": "EXTENDED"}
        cluster.deletion_protection = bool(request.params.get("deletionProtection", False))
        for name in ("computeConfig", "storageConfig", "zonalShiftConfig"):
            if name in request.params:
                setattr(cluster, _snake(name), request.params[name])


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _version(name: str) -> Record:
    status = "STANDARD_SUPPORT" if name in STANDARD else "EXTENDED_SUPPORT"
    return {
        "clusterVersion": name,
        "clusterType": "eks",
        "defaultVersion": name == STANDARD[0],
        "versionStatus": status,
    }


def _addon(name: str) -> Record:
    versions = [
        {
            "addonVersion": version,
            "compatibilities": [{"clusterVersion": one, "defaultVersion": index == 0} for one in VERSIONS],
        }
        for index, version in enumerate(ADDONS[name])
    ]
    return {"addonName": name, "owner": "aws", "publisher": "eks", "addonVersions": versions}


def _subnets(request: Request, names: list[str]) -> list[Any]:
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - moto is imported by whoever serves

    ec2 = ec2_backends[ACCOUNT][request.region]
    known = {subnet.id: subnet for zone in ec2.subnets.values() for subnet in zone.values()}
    lost = [name for name in names if name not in known]
    if lost:
        raise ApiError("InvalidParameterException", f"The subnet ID '{lost[0]}' does not exist")
    return [known[name] for name in names]


def _validate_cluster(request: Request) -> None:
    version = request.text("version")
    if version and version not in VERSIONS:
        raise ApiError("InvalidParameterException", f"unsupported Kubernetes version {version}")
    subnets = _subnets(request, list((request.params.get("resourcesVpcConfig") or {}).get("subnetIds") or ()))
    if len({subnet.availability_zone for subnet in subnets}) < LEAST_ZONES:
        raise ApiError("InvalidParameterException", "Subnets specified must be in at least two different AZs")


def _security_group(request: Request, vpc: Record) -> str:
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - moto is imported by whoever serves

    subnet = _subnets(request, vpc["subnetIds"])[0]
    vpc["vpcId"] = subnet.vpc_id
    name = f"eks-cluster-sg-{request.text('name')}"
    ec2 = ec2_backends[ACCOUNT][request.region]
    made = ec2.create_security_group(name, "EKS created security group", vpc_id=subnet.vpc_id)
    return str(made.id)


def _validate_unique(request: Request, store: Store) -> None:
    wanted = (request.text("namespace"), request.text("serviceAccount"))
    for record in store.of(POD_IDENTITY, request.region, (request.text("clusterName"),)):
        if (record["namespace"], record["serviceAccount"]) == wanted:
            raise ApiError("ResourceInUseException", f"Association already exists: {record['associationId']}", 409)


def _update_cluster(request: Request) -> Record:
    cluster = cluster_of(request)
    if request.operation == "UpdateClusterVersion":
        _validate_upgrade(cluster.version, request.text("version"))
        cluster.version = request.text("version")
    if request.operation == "AssociateEncryptionConfig":
        cluster.encryption_config = request.params["encryptionConfig"]
    if "resourcesVpcConfig" in request.params:
        cluster.resources_vpc_config |= request.params["resourcesVpcConfig"]
    if "logging" in request.params:
        cluster.logging = request.params["logging"]
    for name in ("accessConfig", "upgradePolicy", "zonalShiftConfig", "computeConfig", "storageConfig"):
        if name in request.params:
            setattr(cluster, _snake(name), dict(getattr(cluster, _snake(name), None) or {}) | request.params[name])
    if "kubernetesNetworkConfig" in request.params:
        cluster.kubernetes_network_config |= request.params["kubernetesNetworkConfig"]
    if "deletionProtection" in request.params:
        cluster.deletion_protection = request.params["deletionProtection"]
    return {"update": {"id": "1", "status": "Successful", "type": request.operation}}


def _validate_upgrade(old: str, new: str) -> None:
    if new not in VERSIONS:
        raise ApiError("InvalidParameterException", f"unsupported Kubernetes version {new}")
    before, after = int(old.partition(".")[2]), int(new.partition(".")[2])
    if after not in (before, before + 1):
        raise ApiError("InvalidParameterException", f"Unsupported Kubernetes minor version update from {old} to {new}")


def _update_node_group(request: Request) -> Record:
    found = cluster_of(request).nodegroups.get(request.text("nodegroupName"))
    if found is None:
        raise missing(f"No node group found for name: {request.text('nodegroupName')}.")
    for name, attribute in (("version", "version"), ("releaseVersion", "release_version")):
        if request.text(name):
            setattr(found, attribute, request.text(name))
    return {"update": {"id": "1", "status": "Successful", "type": "VersionUpdate"}}
