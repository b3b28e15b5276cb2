"""Secrets that the platform keeps, as the settings name them."""

from components.kept import KeptSecret, KubernetesSecret, StoredSecret
from config.secret_files import FromKubernetesSecret, FromSecretsManager, SecretSource


def kept_secret(source: SecretSource) -> KeptSecret | None:
    """Return where the platform keeps the secret; None for the name of one of the stack file."""
    match source:
        case FromKubernetesSecret(kubernetes_secret=said):
            return KubernetesSecret(name=said.name, key=said.key)
        case FromSecretsManager(secrets_manager=said):
            return StoredSecret(secret=said.secret, json_key=said.json_key)
        case _:
            return None
