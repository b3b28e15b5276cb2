"""What the planes' collectors of a stack need of AWS, deployed on the simulated API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.engine.aws_stack.harness import AwsHalf, aws_settings
from tests.harness.aws import REGION
from tests.harness.settings import Settings

CLUSTER = "somebody-s"


@dataclass(frozen=True)
class SecretsHalf(AwsHalf):
    """A half with remote planes, whose tokens are kept in Secrets Manager."""

    def rotate(self, plane: str, token: str) -> None:
        """Give a plane another token, as a deployer does."""
        self.run("config", "set", "--secret", plane, token)

    def secrets(self) -> dict[str, dict[str, Any]]:
        """Return the API's description of every secret, also those that wait for their end, by plane."""
        listed = self.aws.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
        found: dict[str, dict[str, Any]] = {}
        for entry in sorted(listed, key=lambda entry: "DeletedDate" not in entry):
            found[entry["Name"].split("/")[1]] = entry
        return found


def plane_settings(access: Mapping[str, Literal["local", "remote"]], **aws: Any) -> Settings:
    """Return settings for planes with such an ``access``, on a cluster that somebody else keeps."""
    settings = aws_settings(registry=False, cluster={"existing": CLUSTER}, **aws)
    del settings["aws"]["network"]
    settings["kubernetes"] = {"ingress": {"domain": "watch.example.com", "controllerNamespace": "ingress"}}
    settings["controlPlane"]["console"] = {"unauthenticated": True}
    settings["dataPlanes"] = {
        plane: {"apiPort": 8100 + at, "otlpHttpPort": 4400 + at, "access": whose}
        for at, (plane, whose) in enumerate(access.items())
    }
    return settings


def through_secrets_manager(secret: str) -> dict[str, str]:
    """Return the keys of a request in which Secrets Manager has the secret with that ARN decrypted."""
    return {
        "kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com",
        "kms:EncryptionContext:SecretARN": secret,
    }
