"""A throw-away Pulumi project against the simulated AWS API."""

from dataclasses import dataclass
from typing import Self

from tests.harness.aws import REGION, SimulatedAws
from tests.harness.projects import Project

HEADER = """\
import json
import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions as Options

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
"""


@dataclass(frozen=True)
class AwsProject(Project):
    """A project with one stack named `s` in the region of the simulated API."""

    aws: SimulatedAws

    @property
    def header(self) -> str:
        return HEADER

    @property
    def variables(self) -> dict[str, str]:
        return self.aws.environment

    def create(self) -> Self:
        super().create()
        self.run("config", "set", "aws:region", REGION)
        return self
