"""The way into the cluster as AWS's command line makes it: `aws eks get-token`, for a cluster that the account has.

A stand-in for that one command. AWS's tokens are signed questions that the cluster's authenticator asks AWS; here the
administrator's certificate is handed out. `python -m tests.harness.eks.entry <kubeconfig> eks get-token …`
"""

import base64
import json
import sys
from argparse import ArgumentParser
from pathlib import Path

import boto3
import yaml
from botocore.exceptions import ClientError


def main() -> int:
    """Print an ExecCredential; says why not, as AWS's command line does."""
    parser = ArgumentParser()
    parser.add_argument("kubeconfig", type=Path)
    parser.add_argument("service", choices=["eks"])
    parser.add_argument("command", choices=["get-token"])
    parser.add_argument("--cluster-name", required=True)
    parser.add_argument("--region", required=True)
    said = parser.parse_args()
    eks = boto3.client("eks", region_name=said.region, aws_access_key_id="test", aws_secret_access_key="test")
    try:
        eks.describe_cluster(name=said.cluster_name)
    except ClientError as error:
        sys.stderr.write(f"{error}\n")
        return 254
    (user,) = yaml.safe_load(said.kubeconfig.read_text())["users"]
    shown = {
        f"{ours}Data": base64.b64decode(user["user"][f"{theirs}-data"]).decode()
        for ours, theirs in (("clientCertificate", "client-certificate"), ("clientKey", "client-key"))
    }
    credential = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": shown}
    sys.stdout.write(json.dumps(credential))
    return 0


if __name__ == "__main__":
    sys.exit(main())
