"""One local Managed Prometheus for all of these tests."""

from collections.abc import Iterator

import pytest

from tests.harness.managed_prometheus.agents import Programs
from tests.harness.managed_prometheus.stack import Aws, local_aws
from tests.unit.services.tools import program


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with local_aws(tmp_path_factory.mktemp("managed-prometheus"), program("prometheus")) as made:
        yield made


@pytest.fixture(scope="session")
def programs() -> Programs:
    return Programs(prometheus=program("prometheus"), collector=program("otelcol-contrib"))
