"""A stack's AWS account as its file describes it, for commands that report on it or call it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config import credentials, yamltext
from config.platforms import facts_of


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where a stack is on AWS, and whose credentials are used; ``id`` is the account that it requires."""

    stack: str
    region: str
    profile: str | None = None
    id: str | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @classmethod
    def of(cls, stack: str, file: Path) -> "Account | None":
        """Read a stack file; None when it has no usable AWS settings."""
        config = yamltext.config_of(file)
        said = config.get("planewatch:aws")
        if (
            not facts_of(config.get("planewatch:platform")).on_aws
            or not isinstance(said, dict)
            or not said.get("region")
        ):
            return None
        return cls(stack=stack, region=said["region"], profile=said.get("profile"), id=said.get("account"))

    @property
    def credentials_used(self) -> str:
        """Whose credentials are used."""
        return credentials.credentials_used(self.profile, self.environ)

    @property
    def log_in(self) -> str:
        """How to get valid credentials."""
        return credentials.log_in(self.profile, self.environ)
