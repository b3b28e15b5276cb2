"""Rules for every test: a time limit (pyproject.toml), and skips that are accounted for."""

import signal

import pytest

from tests.harness import examples
from tests.skips import unaccounted

examples.register()


def pytest_configure() -> None:
    """Let interrupts reach the programs that tests start: a run in the background would have them ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the lanes."""
    parser.addoption("--strict-skips", action="store_true", help="fail if a test is skipped that could run here")
    parser.addoption("--platform", help="run the conformance suite on this platform's stack only")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run that skipped what `tests/skips.py` does not account for, so that nothing disappears silently."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not session.config.getoption("--strict-skips") or reporter is None or exitstatus != pytest.ExitCode.OK:
        return
    reasons = [report.longrepr[2] for report in reporter.stats.get("skipped", ())]
    if lacking := unaccounted(reasons):
        for reason in lacking:
            reporter.write_line(f"must not be skipped on this machine: {reason}", red=True)
        reporter.write_line("tests/skips.py lists what may be skipped where", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
