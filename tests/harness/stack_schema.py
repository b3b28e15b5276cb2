"""The schema that editors hold stack files against, as tests hold them against it."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from config.model import PROJECT
from tests.harness.pulumi import ROOT

FILE = ROOT / "stacks" / "schema.json"


@cache
def validator() -> Draft7Validator:
    """Return a validator for stack files; addresses are checked as editors do."""
    return Draft7Validator(json.loads(FILE.read_text()), format_checker=Draft7Validator.FORMAT_CHECKER)


def complaints(document: dict[str, Any]) -> list[str]:
    """Return what the schema refuses in a stack: a document without the project's prefix."""
    file = {"config": {f"{PROJECT}:{key}": value for key, value in document.items()}}
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator().iter_errors(file)]
