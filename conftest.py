"""Rules for every test: a skipped test shows its reason, and more skips than allowed fail the run."""

import signal

import hypothesis
import pytest

# How fast examples come is the machine's business, not the code's: no example fails for having taken long.
hypothesis.settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any-machine")


def pytest_configure() -> None:
    """Let interrupts reach the programs that tests start: a run in the background would have them ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the number of skips that a run may have."""
    parser.addoption("--max-skips", type=int, default=None, help="fail the run when more tests than this are skipped")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run that passed with too many skips, so that nothing disappears silently."""
    allowed: int | None = session.config.getoption("--max-skips")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if allowed is None or reporter is None or exitstatus != pytest.ExitCode.OK:
        return
    skipped = len(reporter.stats.get("skipped", ()))
    if skipped > allowed:
        reporter.write_line(f"{skipped} tests were skipped, {allowed} may be: see the reasons above", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
