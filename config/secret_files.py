"""Where the secrets are from which a workload gets files: the stack file, or what the platform keeps."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, StringConstraints, Tag

from config import patterns
from config.model import Model
from config.platforms import KUBERNETES_SECRET, SECRETS_MANAGER, PlatformFacts

SecretVariable = Annotated[str, StringConstraints(pattern=patterns.FILE_VARIABLE, max_length=100)]
SecretName = Annotated[str, StringConstraints(pattern=patterns.ENTRY_NAME)]


class KubernetesSecretSettings(Model):
    """An entry of a Secret that somebody else puts into the plane's namespace. Pods wait until it exists."""

    name: str = Field(pattern=patterns.DNS_NAME, max_length=253)
    """Name of the Secret."""
    key: str = Field(pattern=patterns.DATA_KEY, max_length=253)
    """Entry whose value the file holds."""


class SecretsManagerSettings(Model):
    """An existing secret in AWS Secrets Manager, in the stack's region. The workload's role may read it, no other's."""

    secret: str = Field(pattern=patterns.AWS_SECRET, max_length=640)
    """Its ARN, with the last six characters, or its name."""
    json_key: str | None = Field(default=None, pattern=patterns.VARIABLE_VALUE, min_length=1, max_length=255)
    """Key whose value, a text, the file holds, where the secret is a JSON object; all of the object is then in a file
    beside it. Without it the file holds the secret as it is."""


class FromKubernetesSecret(Model):
    """A file from a Secret of the cluster."""

    kubernetes_secret: KubernetesSecretSettings
    """An entry of an existing Secret in the plane's namespace; on clusters."""


class FromSecretsManager(Model):
    """A file from AWS Secrets Manager."""

    secrets_manager: SecretsManagerSettings
    """An existing secret in AWS Secrets Manager; on EKS."""


def _tag(value: Any) -> str | None:  # noqa: ANN401  whatever a stack file says
    if isinstance(value, str):
        return "[name]"
    if isinstance(value, FromKubernetesSecret | FromSecretsManager):
        value = value.model_dump(by_alias=True)
    known = [key for key in (KUBERNETES_SECRET, SECRETS_MANAGER) if isinstance(value, dict) and key in value]
    return f"[{known[0]}]" if len(known) == 1 else None


SecretSource = Annotated[
    Annotated[SecretName, Tag("[name]")]
    | Annotated[FromKubernetesSecret, Tag(f"[{KUBERNETES_SECRET}]")]
    | Annotated[FromSecretsManager, Tag(f"[{SECRETS_MANAGER}]")],
    Discriminator(
        _tag,
        custom_error_type="secret_source",
        custom_error_message=(
            f"be a name from planewatch:secrets, `{KUBERNETES_SECRET}: {{name, key}}`"
            f" or `{SECRETS_MANAGER}: {{secret, jsonKey}}`"
        ),
    ),
]
SecretFiles = dict[SecretVariable, SecretSource]


def of_stack(files: Mapping[str, SecretSource]) -> dict[str, str]:
    """Return the names of the stack file's secrets among the sources, by variable."""
    return {variable: source for variable, source in files.items() if isinstance(source, str)}


def of_secrets_manager(files: Mapping[str, SecretSource]) -> dict[str, SecretsManagerSettings]:
    """Return the existing secrets of Secrets Manager among the sources, by variable."""
    return {
        variable: source.secrets_manager for variable, source in files.items() if isinstance(source, FromSecretsManager)
    }


def faults(files: Mapping[str, SecretSource], facts: PlatformFacts, region: str | None) -> Iterator[tuple[str, str]]:
    """Yield (variable, what is wrong) of each source that the platform does not keep or that is out of its reach."""
    for variable, source in files.items():
        if isinstance(source, str):
            continue
        keeper = KUBERNETES_SECRET if isinstance(source, FromKubernetesSecret) else SECRETS_MANAGER
        if keeper not in facts.keeps:
            others = "".join(f", or {other}" for other in facts.keeps)
            yield variable, f"must name one of planewatch:secrets{others} on this platform (got {keeper})"
        elif isinstance(source, FromSecretsManager) and region is not None:
            secret = source.secrets_manager.secret
            if secret.startswith("arn:") and secret.split(":")[3] != region:
                yield variable, f"must be in the stack's region, {region} (got {secret}); replicate it to {region}"


def repeated(files: Mapping[str, SecretSource]) -> tuple[str, str] | None:
    """Return two variables that would each get the whole of one secret, which the driver writes once; None for none."""
    seen: dict[str, str] = {}
    for variable, said in of_secrets_manager(files).items():
        if said.json_key is None and (other := seen.setdefault(said.secret, variable)) != variable:
            return other, variable
    return None
