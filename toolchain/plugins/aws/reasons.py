"""The API's refusals in one line each, with a remedy where there is a usual one."""

import re

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")
_INVALID = (
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "AuthFailure",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "MissingAuthenticationToken",
)
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")
# Codes of services that refuse for a quota, and the quota's name in the Service Quotas console.
_QUOTAS = {
    "VpcLimitExceeded": "VPCs per Region (vpc, L-F678F1CE)",
    "SubnetLimitExceeded": "Subnets per VPC (vpc, L-407747CB)",
    "InternetGatewayLimitExceeded": "Internet gateways per Region (vpc, L-A4707A72)",
    "NatGatewayLimitExceeded": "NAT gateways per Availability Zone (vpc, L-FE5A380F)",
    "AddressLimitExceeded": "EC2-VPC Elastic IPs (ec2, L-0263D0A3)",
    "RouteTableLimitExceeded": "Route tables per VPC (vpc, L-589F43AA)",
    "RouteLimitExceeded": "Routes per route table (vpc, L-93826ACB)",
    "SecurityGroupLimitExceeded": "VPC security groups per Region (vpc, L-E79EC296)",
    "RulesPerSecurityGroupLimitExceeded": "Inbound or outbound rules per security group (vpc, L-0EA8095F)",
    "VpcEndpointLimitExceeded": "Interface VPC endpoints per VPC (vpc, L-29B6F2EB)",
    "ResourceLimitExceededException": "the quota of this kind of resource",
    "ResourceLimitExceeded": "the quota of this kind of resource",
    "ServiceQuotaExceededException": "the quota of this kind of resource",
    "LimitExceededException": "the quota of this kind of resource",
    "LimitExceeded": "the quota of this kind of resource",
}
_EXISTS = (
    "EntityAlreadyExists",
    "ResourceInUseException",
    "ResourceAlreadyExistsException",
    "AlreadyExistsException",
    "RepositoryAlreadyExistsException",
    "ResourceExistsException",
    "BucketAlreadyOwnedByYou",
    "BucketAlreadyExists",
    "InvalidGroup.Duplicate",
    "InvalidPermission.Duplicate",
    "DuplicateRecordException",
    "RouteAlreadyExists",
    "ConflictException",
)


def login(profile: str) -> str:
    """Say how to log in."""
    return f"aws sso login --profile {profile}" if profile else "aws sso login, or set AWS_PROFILE"


def credentials(error: BotoCoreError | ClientError, profile: str) -> str:
    """Say why nobody could be asked."""
    whose = f"of profile {profile}" if profile else "of no profile (AWS_PROFILE and aws:profile are not set)"
    if isinstance(error, ClientError):
        return explain(error, profile)
    if isinstance(error, ProfileNotFound):
        return f"there is no profile {profile} in ~/.aws/config; add it with: aws configure sso --profile {profile}"
    if isinstance(error, NoCredentialsError):
        return f"there are no credentials {whose}; log in with: {login(profile)}"
    if isinstance(error, UnauthorizedSSOTokenError | TokenRetrievalError | SSOError):
        return f"the login {whose} has expired; log in again with: {login(profile)}"
    if isinstance(error, EndpointConnectionError):
        return f"nobody answers at the simulated AWS API: {_one_line(str(error))}"
    return _one_line(str(error))


def explain(error: ClientError, profile: str) -> str:
    """Say why the API refused."""
    told = error.response.get("Error", {})
    code, message = str(told.get("Code", "")), _one_line(str(told.get("Message", "")))
    return _about_credentials(code, message, profile) or _about_resources(code, message)


def _about_credentials(code: str, message: str, profile: str) -> str:
    whose = f"of profile {profile}" if profile else "in use"
    if code in _EXPIRED:
        return f"the credentials {whose} have expired; log in again with: {login(profile)}"
    if code in _INVALID:
        return f"AWS does not accept the credentials {whose} ({code}); log in with: {login(profile)}"
    return f"the credentials {whose} lack the right to do this: {message}" if code in _DENIED else ""


def _about_resources(code: str, message: str) -> str:
    if code in _QUOTAS:
        # IAM and EKS name the quota in the message; EC2 only in the code.
        name = _QUOTAS[code] if _QUOTAS[code][0].isupper() else _named_quota(message)
        return f"the account's quota is used up: {name}. {message} Ask for more in the Service Quotas console ({code})"
    if code in _EXISTS:
        return (
            f"it exists already and this stack does not know it; `pulumi import` adopts it, another name avoids it. "
            f"{message} ({code})"
        )
    if code == "DependencyViolation":
        return f"something still depends on it; remove that first. {message} ({code})"
    return f"{message} ({code})"


def _named_quota(message: str) -> str:
    found = re.search(r"[Qq]uota(?: for| of|:)?\s+([\w' -]+?)(?:[.:,]|$)", message) or re.search(
        r"(?:for|of) ([\w' -]+?)(?:[.:,]|$)", message
    )
    return found[1].strip() if found else "see the message"


def _one_line(message: str) -> str:
    return " ".join(message.split())
