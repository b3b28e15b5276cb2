"""Checkov finds nothing in the objects that is not explained beside the code that causes it."""

import copy
import importlib
import json
import os
import pkgutil
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

import infra.platforms.kubernetes
from infra.platforms.kubernetes.explained import Explained
from tests.engine.stacks.rendered.manifests import Manifest, write
from tests.harness.pulumi import ROOT
from tests.servers import checkov
from toolchain.obtain.cache import Cache

_SECONDS = 300
_SPOILT = "spoilt"


@dataclass(frozen=True, order=True)
class Finding:
    """A check that an object failed; `resource` is Kind.namespace.name."""

    check: str
    resource: str
    about: str


def _scan(folder: Path) -> list[Finding]:
    """Run checkov without a way out of this machine: no key, no downloads of guidance or policies."""
    command = [*checkov.command(ROOT, Cache.of(os.environ)), "--directory", str(folder)]
    command += ["--framework", "kubernetes", "--skip-download", "--compact", "--output", "json", "--soft-fail"]
    own = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        command, env={**os.environ, **own}, capture_output=True, text=True, timeout=_SECONDS, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["resource_count"] > 0
    failed = report["results"]["failed_checks"]
    return sorted(Finding(one["check_id"], one["resource"], one["check_name"]) for one in failed)


def _explained() -> tuple[Explained, ...]:
    package = infra.platforms.kubernetes
    names = [one.name for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return tuple(entry for name in names for entry in getattr(importlib.import_module(name), "EXPLAINED", ()))


def _fits(entry: Explained, finding: Finding) -> bool:
    kind, _, name = finding.resource.split(".", 2)
    return entry.check == finding.check and fnmatch(f"{kind}/{name}", entry.objects)


@pytest.fixture(scope="module")
def findings(objects: tuple[Manifest, ...], tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """Everything found in the objects and, in the same run, in one more that is not hardened: a start takes 4 s."""
    document = copy.deepcopy(next(one for one in objects if one.kind == "Deployment").document)
    document["metadata"]["namespace"] = _SPOILT
    document["spec"]["template"]["spec"]["containers"][0]["securityContext"]["privileged"] = True
    return _scan(write((*objects, Manifest(document)), tmp_path_factory.mktemp("scan") / "objects"))


def test_every_finding_is_explained_and_every_explanation_is_needed(findings: list[Finding]) -> None:
    ours, explained = [one for one in findings if f".{_SPOILT}." not in one.resource], _explained()
    assert [one for one in ours if not any(_fits(entry, one) for entry in explained)] == []
    assert [entry for entry in explained if not any(_fits(entry, one) for one in ours)] == []


def test_an_object_that_is_not_hardened_is_found(findings: list[Finding]) -> None:
    about = {one.about for one in findings if f".{_SPOILT}." in one.resource}
    assert "Container should not be privileged" in about
