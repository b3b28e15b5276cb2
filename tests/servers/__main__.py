"""Obtains everything that only the tests need, before any of them runs: `python -m tests.servers`."""

import os
from contextlib import closing
from pathlib import Path

from tests.servers import checkov, prometheus_operator, schemas, traefik, zero_code
from toolchain.obtain import engine
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.stages import Report

_ROOT = Path(__file__).parents[2]


def main() -> None:
    """Find, download or build each; raises `ToolchainError` that says what is missing."""
    cache, report = Cache.of(os.environ), Report()
    with report.stage("checkov") as stage:
        checkov.ensure(_ROOT, cache, stage)
    for schema in schemas.EVERY:
        with report.stage(f"schema of {schema.title}") as stage:
            schema.ensure(cache, stage)
    for agent in zero_code.EVERY:
        with report.stage(f"zero-code agent of {agent.language}") as stage:
            try:
                agent.ensure(cache, stage.note)
            except UnavailableError as error:
                # Its tests are skipped, and say why.
                stage.result(f"cannot be had: {error.reason}")
    with report.stage("Traefik") as stage:
        traefik.program(cache, stage.note)
    with report.stage("Gateway API definitions") as stage:
        traefik.gateway_definitions(cache)
    with report.stage("Prometheus Operator") as stage:
        prometheus_operator.manifests(cache, stage.note)
        found = engine.ensure(cache, os.environ, note=stage.note)
        with closing(found.client()) as client:
            prometheus_operator.images(cache, client, stage.note)


if __name__ == "__main__":
    main()
