"""Stacks with a section ``aws``, and what is told of a fault in it."""

from typing import Any

from config.aws.settings import AwsSettings
from tests.unit.config.documents import FILE, Document, faults, good, read

SUBNETS = [f"subnet-{letter * 17}" for letter in "ab"]
VPC = {"vpcId": f"vpc-{'a' * 17}", "privateSubnetIds": SUBNETS}


def stack(**aws: Any) -> Document:
    """Return a small valid stack document with these keys in its section ``aws``."""
    return {
        **good(),
        "aws": {"region": "eu-central-1", "ownership": {"owner": "platform", "costCenter": "4711"}, **aws},
    }


def settings(**aws: Any) -> AwsSettings:
    """Return the settings of a section ``aws`` with these keys."""
    said = read(stack(**aws)).aws
    assert said is not None
    return said


def fault(place: str, value: Any) -> str:
    """Return what is told of a value that cannot be at a place below ``aws``: it begins with the file and the place."""
    (line,) = faults(stack(**{place: value}))
    start = f"{FILE}: planewatch:aws.{place}"
    assert line.startswith(start)
    assert "^" not in line, "a regular expression explains nothing to a person"
    assert not any(mark in line for mark in ("[number]", "[names]")), "nor do the marks of alternatives"
    return line.removeprefix(start)
