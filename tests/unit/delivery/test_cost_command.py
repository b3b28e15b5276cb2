"""`planewatch cost`: what is assumed can be changed, and people and machines read the same."""

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from delivery.cost.command import assumed, cost
from delivery.cost.model import Assumptions
from delivery.errors import CommandError
from delivery.workspace import Workspace


def test_assumptions_are_changed_by_name() -> None:
    assert assumed(["gb-out=7", "bucket_share=0.5", "nodes=4"]) == Assumptions(
        gb_out=7, bucket_share=Decimal("0.5"), nodes=4
    )


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("gb_ou=1", "did you mean gb_out"),
        ("gb_out", "gb_out is ''"),
        ("gb_out=-1", "gb_out is '-1'"),
        ("gb_out=1.5", "give a whole number"),
        ("bucket_share=many", "give a number that is not negative"),
        ("bucket_share=NaN", "bucket_share is 'NaN'"),
    ],
)
def test_assumptions_that_make_no_sense_are_refused(override: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        assumed([override])


STACK = """\
config:
  planewatch:aws:
    region: eu-central-1
    ownership: {owner: platform, costCenter: "4711"}
    budget: {monthlyUsd: 1000, emails: [a@b.example]}
  planewatch:dataPlanes:
    prod: {apiPort: 8081, otlpHttpPort: 4381}
    dev: {apiPort: 8082, otlpHttpPort: 4382}
"""


def workspace(folder: Path, text: str = STACK) -> Workspace:
    (folder / "stacks").mkdir()
    (folder / "stacks" / "Pulumi.prod.yaml").write_text(text)
    return Workspace.of(folder, "prod")


def test_a_person_reads_lines_total_and_what_would_be_cheaper(tmp_path: Path) -> None:
    screen = io.StringIO()
    cost(workspace(tmp_path), assume=["nodes=3"], as_json=False, console=Console(file=screen, width=120))
    text = screen.getvalue()
    for said in (
        "A month in eu-central-1, USD without taxes",
        "Nodes, m7g.large",
        "3 nodes x 730 h, on demand",
        "2 planes x 800 series / 10 s + recording rules",
        "What would make it cheaper, each by itself",
        "aws.network.nat: one",
        "Budget of the stack: 1,000 USD",
        "~ contains a price not seen in a copy",
        "nodes=3, series_per_plane=800",
        "Prices: as published between 2026-",
    ):
        assert said in text
    assert max(map(len, text.split("Assumed", maxsplit=1)[0].splitlines())) <= 120


def test_a_narrow_terminal_cuts_nothing_short(tmp_path: Path) -> None:
    screen = io.StringIO()
    cost(workspace(tmp_path), as_json=False, console=Console(file=screen, width=72), assume=[])
    assert "controlPlane.scrapeInt" in screen.getvalue()
    assert "…" not in screen.getvalue()


def test_a_machine_reads_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cost(workspace(tmp_path), assume=["gb_out=500"], as_json=True, console=Console())
    document = json.loads(capsys.readouterr().out)
    assert document["total"] == pytest.approx(sum(each["usd"] for each in document["lines"]), abs=0.05)
    assert document["assumed"]["gb_out"] == 500
    assert document["assumed"]["planes"] == 2
    used = {key for each in document["lines"] for key in each["prices"]}
    assert used == set(document["prices"])
    assert all(price["source"] and price["date"] for price in document["prices"].values())
    assert document["cheaper"][0]["saves"] > 0


def test_a_stack_on_another_platform_has_no_estimate(tmp_path: Path) -> None:
    made = workspace(tmp_path, STACK.replace("planewatch:aws", "other:aws"))
    with pytest.raises(CommandError, match="stack prod is on docker, which has no price list"):
        cost(made, assume=[], as_json=False, console=Console(file=io.StringIO()))


def test_faults_of_the_stack_are_reported(tmp_path: Path) -> None:
    made = workspace(tmp_path, STACK.replace("eu-central-1", "mars"))
    with pytest.raises(CommandError, match=r'aws\.region must be an AWS region, e\.g\. eu-central-1 \(got "mars"\)'):
        cost(made, assume=[], as_json=False, console=Console(file=io.StringIO()))


def test_a_stack_with_a_remote_plane_is_estimated_without_its_token(tmp_path: Path) -> None:
    edge = "  planewatch:kubernetes:\n    ingress: {domain: watch.example.com, controllerNamespace: ingress}\n"
    platform = "  planewatch:platform: eks\n"
    text = STACK.replace("4381}", "4381, access: remote}") + edge + platform
    screen = io.StringIO()
    cost(workspace(tmp_path, text), assume=[], as_json=False, console=Console(file=screen, width=120))
    assert "1 x 730 h, looked at every 300 s" in screen.getvalue()
