"""The provider's settings: what the program says, and which of it this plugin refuses."""

import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from toolchain.obtain.stand_ins import AWS_VERSION
from toolchain.simulated_aws.plugin.checking import validate_object
from toolchain.simulated_aws.plugin.schema import Kind, provider_schema
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, Value, child, has_unknown, objects, text, text_map, texts

# What the engine itself puts among a provider's settings.
_ENGINE_SETTINGS = ("version", "pluginDownloadURL", "__internal")
# Settings of the official plugin that would be ignored here; saying so is better.
_REFUSED = (
    "assumeRoleWithWebIdentity",
    "customCaBundle",
    "httpProxy",
    "httpsProxy",
    "noProxy",
    "tagPolicyCompliance",
    "useDualstackEndpoint",
    "useFipsEndpoint",
)
SIMULATED = "AWS=simulated"


@dataclass(frozen=True)
class Settings:
    """The settings of one provider. `endpoints` is by service; "" is every other service."""

    region: str = ""
    profile: str = ""
    access_key: str = ""
    secret_key: str = ""
    token: str = ""
    assume: tuple[Mapping[str, str], ...] = ()
    default_tags: Mapping[str, str] = field(default_factory=dict)
    ignored_keys: tuple[str, ...] = ()
    ignored_prefixes: tuple[str, ...] = ()
    allowed_accounts: tuple[str, ...] = ()
    forbidden_accounts: tuple[str, ...] = ()
    endpoints: Mapping[str, str] = field(default_factory=dict)

    def endpoint(self, service: str) -> str:
        """Return the URL of a service's API."""
        return self.endpoints.get(service, self.endpoints.get("", ""))


def decoded(news: Props) -> Props:
    """Decode settings: those that are not text arrive as JSON text."""
    kinds = provider_schema().fields
    made: Props = {}
    for key, value in news.items():
        declared = kinds.get(key)
        if declared is not None and declared.kind is not Kind.TEXT and isinstance(value, str):
            try:
                made[key] = json.loads(value)
            except ValueError:
                made[key] = value
        else:
            made[key] = value
    return made


def failures(news: Props, environ: Mapping[str, str]) -> list[str]:
    """Return everything that is wrong with a provider's settings."""
    given = {key: value for key, value in decoded(news).items() if key not in _ENGINE_SETTINGS}
    found: list[str] = []
    validate_object(given, provider_schema(), "", found)
    found += [f"{key}: the stand-in aws plugin does not support this" for key in _REFUSED if given.get(key)]
    if has_unknown(given):
        return found
    try:
        refuse_real(read(given, environ), environ)
    except RefusedError as error:
        found.append(str(error))
    return found


def read(news: Props, environ: Mapping[str, str]) -> Settings:
    """Read the settings, completed from the environment as the official plugin does."""
    given = decoded(news)
    region = text(given, "region") or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""
    endpoints = {"": environ["AWS_ENDPOINT_URL"]} if environ.get("AWS_ENDPOINT_URL") else {}
    for entry in objects(given, "endpoints"):
        endpoints |= {key: value for key, value in entry.items() if isinstance(value, str) and value}
    ignored = child(given, "ignoreTags")
    return Settings(
        region=region,
        profile=text(given, "profile") or environ.get("AWS_PROFILE", ""),
        access_key=text(given, "accessKey"),
        secret_key=text(given, "secretKey"),
        token=text(given, "token"),
        assume=tuple(_texts_of(entry) for entry in objects(given, "assumeRoles")),
        default_tags=text_map(child(given, "defaultTags"), "tags"),
        ignored_keys=tuple(texts(ignored, "keys")),
        ignored_prefixes=tuple(texts(ignored, "keyPrefixes")),
        allowed_accounts=tuple(texts(given, "allowedAccountIds")),
        forbidden_accounts=tuple(texts(given, "forbiddenAccountIds")),
        endpoints=endpoints,
    )


def _texts_of(entry: Props) -> Mapping[str, str]:
    return {key: value for key, value in entry.items() if isinstance(value, str)}


def refuse_real(settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
    """Refuse anything but a simulated AWS API on this machine that was asked for; raises RefusedError."""
    if environ.get("AWS") != "simulated":
        raise RefusedError(
            f"the stand-in aws plugin works on a simulated AWS API only, and only with {SIMULATED}: for a preview "
            f"without an account, `make preview STACK=… {SIMULATED}`; to work on AWS, install the official plugin "
            f"where there is internet access: pulumi plugin install resource aws {AWS_VERSION} --reinstall"
        )
    if not settings.endpoints:
        raise RefusedError(
            "the stand-in aws plugin has no endpoint: set AWS_ENDPOINT_URL to the address that "
            "`python -m toolchain.simulated_aws.account` prints"
        )
    for service, url in settings.endpoints.items():
        if not _is_loopback(url):
            whose = f" of {service}" if service else ""
            raise RefusedError(
                f"the endpoint{whose} {url} is not on this machine: the stand-in aws plugin talks to loopback "
                "addresses only"
            )
    if not settings.region:
        raise RefusedError("no region: set aws:region in the stack's configuration, or AWS_REGION")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def redacted(value: Value) -> Value:
    """Return a setting as it may be shown."""
    return "[secret]" if isinstance(value, str) and value else value
