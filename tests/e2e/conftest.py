"""One deployed stack of three planes for most tests, with traffic behind it; each test leaves it as it found it."""

from collections.abc import Generator, Iterator

import pytest

from tests.e2e.platform import Platform, deployed
from tests.e2e.reporting import Figures

_FIGURES = pytest.StashKey[Figures]()
_PLATFORM = pytest.StashKey[Platform]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = Figures()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.docker)
            item.add_marker(pytest.mark.engine)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and _PLATFORM in item.config.stash:
        report.sections.append(("deployed stack", item.config.stash[_PLATFORM].report()))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    config.stash[_FIGURES].show(terminalreporter)


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Figures that the run measures; shown at its end."""
    return request.config.stash[_FIGURES]


@pytest.fixture(scope="session")
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, figures: Figures
) -> Iterator[Platform]:
    with deployed(tmp_path_factory.mktemp("stack"), figures) as platform:
        request.config.stash[_PLATFORM] = platform
        yield platform
        del request.config.stash[_PLATFORM]


@pytest.fixture
def platform(shared: Platform) -> Platform:
    """The shared stack, healthy; deployed anew when the test before left it otherwise."""
    shared.restore()
    return shared
