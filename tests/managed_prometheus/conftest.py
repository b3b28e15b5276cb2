"""One local Managed Prometheus for all of these tests."""

import gc
import warnings
from collections.abc import Callable, Iterator

import pytest

from tests.harness.managed_prometheus.agents import Programs
from tests.harness.managed_prometheus.pod_identity import ServiceAccount
from tests.harness.managed_prometheus.stack import Aws, local_aws
from tests.unit.services.tools import program

BePod = Callable[[ServiceAccount], None]


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with local_aws(tmp_path_factory.mktemp("managed-prometheus"), program("prometheus")) as made:
        yield made


@pytest.fixture(scope="session")
def programs() -> Programs:
    return Programs(prometheus=program("prometheus"), collector=program("otelcol-contrib"))


@pytest.fixture
def be_pod(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[BePod]:
    """Put this process in a pod's environment."""

    def be(account: ServiceAccount) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in aws.pod(account).items():
            monkeypatch.setenv(name, value)

    yield be
    # botocore never closes its connection to the credentials' endpoint; it goes with the session, here and now.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
