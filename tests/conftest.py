"""The deployed stack that most end-to-end tests share: each platform's once, one after the other."""

import asyncio
import inspect
import sys
from collections.abc import Generator, Iterator

import pytest

from tests.deployments import PLATFORMS, Deployment, deploy
from tests.harness.event_loop import between_tests, event_loop
from tests.harness.golden import OPTION, Golden
from tests.harness.reporting import Figures

# Whatever works on the Kubernetes cluster, beside the deployment called so.
ON_CLUSTER = (
    "tests/cluster/",
    "tests/e2e_kubernetes/",
    "tests/e2e_eks/",
    "tests/engine/kubernetes_plugin/",
    "tests/engine/workloads/on_kubernetes/",
    "tests/engine/stacks/rendered/",
    "tests/engine/stacks/test_golden.py::test_a_stack_file_stands_for_the_recorded_resources[dev]",
    "tests/engine/stacks/test_earlier_state.py::test_todays_program_takes_it_over[before-0.2/dev]",
    "tests/engine/stacks/test_aws_variants.py::test_a_cluster_that_is_there",
    "tests/policies/test_engine_cluster.py",
)
_FIGURES = pytest.StashKey[Figures]()
_DEPLOYMENT = pytest.StashKey[Deployment]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help="write the golden lists of the selected tests anew")


def pytest_configure(config: pytest.Config) -> None:
    selected = config.args_source is pytest.Config.ArgsSource.ARGS or config.option.keyword
    if config.getoption(OPTION) and not selected:
        raise pytest.UsageError(f"{OPTION}: name the tests whose lists to write, by path, by id or with -k")
    config.stash[_FIGURES] = Figures()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what works on the cluster, so that it can run beside what works on the Docker engine."""
    if item.nodeid.startswith(ON_CLUSTER) or _platform(item) in ("kubernetes", "eks"):
        item.add_marker(pytest.mark.cluster)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what shares a stack together, platform after platform: a stack goes before the next one comes."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    platform = _platform(item)
    return PLATFORMS.index(platform) if platform else -1


def _platform(item: pytest.Item) -> str | None:
    """Return the platform whose deployment a test works on, None for a test without one."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    platform = item.callspec.params.get("deployment")
    return str(platform) if platform else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and _DEPLOYMENT in item.config.stash:
        report.sections.append(("deployed stack", item.config.stash[_DEPLOYMENT].report()))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    config.stash[_FIGURES].show(terminalreporter)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let fixtures of any scope make outputs: after `asyncio.run`, wherever it was, there is no current event loop."""
    asyncio.set_event_loop(between_tests())


@pytest.fixture(autouse=True)
def _event_loop_of_outputs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave no output of a test to the one that runs next."""
    if "pulumi" not in sys.modules or inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        yield
        return
    with event_loop():
        yield


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Golden:
    """Recorded lists."""
    return Golden(update=request.config.getoption(OPTION))


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Figures that the run measures; shown at its end."""
    return request.config.stash[_FIGURES]


@pytest.fixture(scope="session")
def deployment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, figures: Figures
) -> Iterator[Deployment]:
    """The stack of one platform; a suite says which by ``run_on``."""
    with deploy(request.param, tmp_path_factory.mktemp(request.param), figures) as made:
        request.config.stash[_DEPLOYMENT] = made
        yield made
        del request.config.stash[_DEPLOYMENT]
