"""What somebody else keeps in a simulated account, for stacks to find: a network, and a cluster in one."""

import json
from dataclasses import dataclass

from tests.harness.aws import REGION, SimulatedAws

AGENT = "eks-pod-identity-agent"
_TRUST = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}


@dataclass(frozen=True, kw_only=True)
class ExistingCluster:
    """What a cluster is made like, beside its name.

    ``prefix`` are the first two numbers of its network, of which it takes a /24 in each of two zones.
    """

    version: str = "1.36"
    authentication: str = "API"
    private: bool = True
    family: str = "ipv4"
    agent: bool = True
    issuer: bool = False
    prefix: str = "10.3"

    def make(self, account: SimulatedAws, name: str) -> list[str]:
        """Make it with everything around it; returns the ids of its subnets."""
        iam, eks = account.client("iam"), account.client("eks")
        document = json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]})
        role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=document)["Role"]["Arn"]
        subnets = self._subnets(account)
        cluster = eks.create_cluster(
            name=name,
            version=self.version,
            roleArn=role,
            resourcesVpcConfig={
                "subnetIds": subnets,
                "endpointPrivateAccess": self.private,
                "endpointPublicAccess": not self.private,
            },
            accessConfig={"authenticationMode": self.authentication},
            kubernetesNetworkConfig={"ipFamily": self.family},
        )["cluster"]
        if self.agent:
            eks.create_addon(clusterName=name, addonName=AGENT)
        if self.issuer:
            url = cluster["identity"]["oidc"]["issuer"]
            iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=[])
        return subnets

    def _subnets(self, account: SimulatedAws) -> list[str]:
        ec2 = account.client("ec2")
        vpc = ec2.create_vpc(CidrBlock=f"{self.prefix}.0.0/16")["Vpc"]["VpcId"]
        made = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"{self.prefix}.{at}.0/24", AvailabilityZone=f"{REGION}{zone}")
            for at, zone in enumerate("ab")
        ]
        return [str(one["Subnet"]["SubnetId"]) for one in made]
