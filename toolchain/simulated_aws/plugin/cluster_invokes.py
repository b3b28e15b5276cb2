"""Functions that read existing clusters, their add-ons, node groups and OIDC providers."""

import base64
from typing import Any

from botocore.signers import RequestSigner

from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.lookups import read_resource, region_of_call
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, Value, text

# As long as EKS takes a token for valid.
TOKEN_SECONDS = 60


def names(connection: Connection, args: Props) -> Props:
    """List the EKS clusters of a region."""
    region = region_of_call(connection, args)
    answer = connection.call("eks", "list_clusters", {}, doing="list EKS clusters", region=region)
    return {"id": region, "region": region, "names": [*sorted(map(str, answer["clusters"]))]}


def addon(connection: Connection, args: Props) -> Props:
    """Read an add-on of a cluster."""
    cluster_name, name = text(args, "clusterName"), text(args, "addonName")
    found = read_resource(connection, "aws:eks/addon:Addon", args, f"{cluster_name}:{name}")
    if found is None:
        raise RefusedError(f"the EKS cluster {cluster_name} has no add-on {name}")
    return found


def node_groups(connection: Connection, args: Props) -> Props:
    """List the managed node groups of a cluster."""
    region, name = region_of_call(connection, args), text(args, "clusterName")
    answer = connection.call(
        "eks", "list_nodegroups", {"clusterName": name}, doing=f"list the node groups of {name}", region=region
    )
    return {"id": name, "region": region, "clusterName": name, "names": [*sorted(map(str, answer["nodegroups"]))]}


def node_group(connection: Connection, args: Props) -> Props:
    """Read a managed node group of a cluster."""
    cluster_name, name = text(args, "clusterName"), text(args, "nodeGroupName")
    live = read_resource(connection, "aws:eks/nodeGroup:NodeGroup", args, f"{cluster_name}:{name}")
    if live is None:
        raise RefusedError(f"the EKS cluster {cluster_name} has no node group {name}")
    return {**live, "scalingConfigs": [live["scalingConfig"]]}


def issuer(connection: Connection, args: Props) -> Props:
    """Find the OIDC provider of IAM by its ARN or its URL."""
    token, arn, url = "aws:iam/openIdConnectProvider:OpenIdConnectProvider", text(args, "arn"), text(args, "url")
    if not arn:
        listed = connection.call("iam", "list_open_id_connect_providers", {}, doing="list OIDC providers")
        host = url.removeprefix("https://").rstrip("/")
        known = [str(one["Arn"]) for one in listed["OpenIDConnectProviderList"]]
        arn = next((one for one in known if one.partition("/")[2] == host), "")
    found = read_resource(connection, token, args, arn) if arn else None
    if found is None:
        raise RefusedError(f"IAM has no OIDC provider {arn or url}")
    return found


def cluster(connection: Connection, args: Props) -> Props:
    """Read an EKS cluster."""
    live = read_resource(connection, "aws:eks/cluster:Cluster", args, text(args, "name"))
    if live is None:
        raise RefusedError(f"there is no EKS cluster {text(args, 'name')} in {region_of_call(connection, args)}")
    authority = live.pop("certificateAuthority", None)
    single = {
        "accessConfig": "accessConfigs",
        "computeConfig": "computeConfigs",
        "kubernetesNetworkConfig": "kubernetesNetworkConfigs",
        "upgradePolicy": "upgradePolicies",
    }
    many: dict[str, Value] = {ours: [live[name]] if name in live else [] for name, ours in single.items()}
    return {**live, **many, "certificateAuthorities": [authority] if authority else [], "id": text(args, "name")}


def cluster_auth(connection: Connection, args: Props) -> Props:
    """Create a token for a cluster's API: a presigned GetCallerIdentity request, as `aws eks get-token` does."""
    region, name = region_of_call(connection, args), text(args, "name")
    client = connection.client("sts", region)
    signer: Any = RequestSigner(
        client.meta.service_model.service_id,
        region,
        "sts",
        "v4",
        client._get_credentials(),  # noqa: SLF001 - botocore has no other way to a client's credentials
        client.meta.events,
    )
    request = {
        "method": "GET",
        "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {"x-k8s-aws-id": name},
        "context": {},
    }
    url = signer.generate_presigned_url(request, region_name=region, expires_in=TOKEN_SECONDS, operation_name="")
    token = "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return {"id": name, "name": name, "token": token, "region": region}
