import io
import re
import threading

import pytest
from rich.console import Console

from tests.harness.waiting import wait_until
from toolchain.obtain.stages import Report, Stage, clock


def timeless(text: str) -> list[str]:
    """Return the lines of a report with the durations, which depend on the machine, taken out."""
    return re.sub(r"\d+\.\d s|\d+ s", "N s", text).splitlines()


def plain() -> tuple[Report, io.StringIO]:
    output = io.StringIO()
    return Report(console=Console(file=output, width=200), live=False), output


def test_plain_lines_say_what_is_done_and_what_came_of_it() -> None:
    report, output = plain()
    with report.stage("image x") as stage:
        stage.note("pulling [x]")
        stage.result("made here")
    assert timeless(output.getvalue()) == ["  image x: pulling [x]", "✓ image x · made here N s"]


def test_a_stage_that_found_everything_in_place_says_nothing() -> None:
    report, output = plain()
    with report.stage("image x") as stage:
        stage.result("already there")
    assert output.getvalue() == ""


def test_a_failed_stage_is_marked_and_the_error_passes() -> None:
    report, output = plain()

    def work(stage: Stage) -> None:
        stage.note("building")
        raise KeyError("x")

    with pytest.raises(KeyError), report.stage("image x") as stage:
        work(stage)
    assert timeless(output.getvalue())[-1] == "✗ image x · failed: building N s"


def test_long_work_gives_a_sign_of_life() -> None:
    beaten = threading.Event()

    class Listening(io.StringIO):
        def write(self, text: str) -> int:
            if "…" in text:
                beaten.set()
            return super().write(text)

    output = Listening()
    report = Report(console=Console(file=output, width=200), live=False, heartbeat=0.05)
    with report.stage("image x") as stage:
        stage.note("building")
        assert beaten.wait(10)
    assert "  … image x: building (N s)" in timeless(output.getvalue())


@pytest.mark.parametrize(("environ", "live"), [({}, True), ({"CI": "true"}, False)])
def test_ci_gets_plain_lines_even_on_a_terminal(environ: dict[str, str], live: bool) -> None:
    assert Report(console=Console(file=io.StringIO(), force_terminal=True), environ=environ).live is live


def test_a_pipe_gets_plain_lines() -> None:
    assert Report(console=Console(file=io.StringIO()), environ={}).live is False


def test_the_live_display_ends_with_the_same_line() -> None:
    output = io.StringIO()
    report = Report(console=Console(file=output, width=200, force_terminal=True, color_system=None), live=True)
    with report.stage("image x") as stage:
        stage.note("building")
        stage.result("made here")
    assert "image x · building" in output.getvalue()
    assert timeless(output.getvalue())[-1].endswith("✓ image x · made here N s")


def test_the_live_line_counts_what_is_done_and_names_what_runs_and_what_is_left() -> None:
    output = io.StringIO()
    report = Report(console=Console(file=output, width=200, force_terminal=True, color_system=None), live=True)
    report.expect(["a", "b", "c", "d"])
    with report.stage("a"):
        pass
    with report.stage("b") as one, report.stage("c") as other:
        one.note("building")
        other.note("downloading")
    shown = "\n".join(timeless(output.getvalue()))
    assert "1 of 4 done | b · building (N s); c · downloading (N s) | left: d" in shown


def test_a_sign_of_life_names_everything_that_runs() -> None:
    output = io.StringIO()
    report = Report(console=Console(file=output, width=200), live=False, heartbeat=0.01)
    with report.stage("a") as one, report.stage("b") as other:
        one.note("building")
        other.note("downloading")
        wait_until(
            lambda: timeless(output.getvalue()),
            lambda lines: "  … a: building (N s); b: downloading (N s)" in lines,
            within_s=60,
            what="a sign of life of both",
            every_s=0.01,
        )


@pytest.mark.parametrize(("seconds", "text"), [(0.44, "0.4 s"), (12.4, "12 s"), (59.6, "1 m 00 s"), (125, "2 m 05 s")])
def test_durations_read_well(seconds: float, text: str) -> None:
    assert clock(seconds) == text
