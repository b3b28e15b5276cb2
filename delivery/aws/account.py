"""What a stack file says of its AWS account, for commands that speak about it or with it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from config import credentials


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where a stack's things are on AWS, and whose credentials are taken; ``id`` is the account that it insists on."""

    stack: str
    region: str
    profile: str | None = None
    id: str | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @classmethod
    def of(cls, stack: str, file: Path) -> "Account | None":
        """Read a stack file that Pulumi takes; None when it says nothing of AWS that could be used."""
        config = (yaml.safe_load(file.read_text()) or {}).get("config") or {}
        said = config.get("planewatch:aws")
        if config.get("planewatch:platform") != "eks" or not isinstance(said, dict) or not said.get("region"):
            return None
        return cls(stack=stack, region=said["region"], profile=said.get("profile"), id=said.get("account"))

    @property
    def asked_as(self) -> str:
        """Whose credentials are taken."""
        return credentials.asked_as(self.profile, self.environ)

    @property
    def log_in(self) -> str:
        """How to get credentials that are good."""
        return credentials.log_in(self.profile, self.environ)
