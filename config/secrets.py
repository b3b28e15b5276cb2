"""The secrets of a stack: keys of the stack file outside the settings model, which never holds a secret."""

from dataclasses import dataclass

from config import tokens

ALERT_WEBHOOK = "alertWebhookUrl"


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A key whose value Pulumi encrypts; with ``by_plane`` it holds one for each plane."""

    key: str
    description: str
    by_plane: bool = False


SECRETS = (
    Secret(
        key=ALERT_WEBHOOK,
        description="URL to which alerts are posted. Without it alerts show on the console and in Alertmanager only; on"
        " EKS it is refused, since alerts go to SNS.",
    ),
    Secret(
        key=tokens.OTLP_TOKENS,
        description="Token of each plane with `access: remote`, which its clients show: 32 characters or more, without"
        " spaces; each plane has its own.",
        by_plane=True,
    ),
)
