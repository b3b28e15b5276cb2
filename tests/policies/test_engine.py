"""The real CLI runs the pack: mandatory stops a violating program, advisory only warns."""

from pathlib import Path

import pytest

from tests.policies.conftest import PULUMI, MakePreview, Preview

PROGRAM = Path(__file__).parent / "program"

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(PULUMI is None, reason="the Pulumi CLI is not on PATH"),
]


@pytest.fixture
def preview(previews_of: MakePreview) -> Preview:
    return previews_of(PROGRAM)


def test_a_good_program_passes(preview: Preview) -> None:
    result = preview({"sample:user": "65532:65532"})
    assert result.returncode == 0, result.stdout + result.stderr
    assert "✅ planewatch@v0.1.0" in result.stdout
    assert "Remedy" not in result.stdout


def test_mandatory_stops_a_violating_program(preview: Preview) -> None:
    result = preview({"sample:user": "0:0"})
    assert result.returncode != 0, result.stdout
    assert "[mandatory]" in result.stdout
    assert "container-runs-as-non-root" in result.stdout
    assert "Container 'prod-api': user '0:0' is root. Remedy: " in result.stdout


def test_advisory_only_warns(preview: Preview) -> None:
    result = preview({"sample:user": "0:0", "planewatch:policies": "advisory"})
    assert result.returncode == 0, result.stdout + result.stderr
    assert "[advisory]" in result.stdout
    assert "[mandatory]" not in result.stdout
    assert "Container 'prod-api': user '0:0' is root. Remedy: " in result.stdout


def test_a_mistyped_level_stops_the_preview(preview: Preview) -> None:
    result = preview({"sample:user": "65532", "planewatch:policies": "off"})
    assert result.returncode != 0, result.stdout
    assert "planewatch:policies must be advisory or mandatory (got off)" in result.stdout + result.stderr


def test_an_unknown_value_is_no_violation(preview: Preview) -> None:
    result = preview({"sample:unknownUser": "true"})
    assert result.returncode == 0, result.stdout
    assert "can't run policy" not in result.stdout


def test_a_missing_value_is_a_violation(preview: Preview) -> None:
    result = preview({})
    assert result.returncode != 0, result.stdout
    assert "Container 'prod-api': no user is set" in result.stdout


def test_a_missing_label_is_seen_before_anything_is_made(preview: Preview) -> None:
    result = preview({"sample:user": "65532", "sample:planewatch.role": "none"})
    assert result.returncode != 0, result.stdout
    assert "Container 'prod-api': lacks the labels planewatch.role" in result.stdout


def test_zones_are_checked_in_the_preview(preview: Preview) -> None:
    result = preview({"sample:user": "65532", "sample:network": "planewatch-sample-dev"})
    assert result.returncode != 0, result.stdout
    assert "planes-have-own-zones" in result.stdout
    assert "is attached to 'planewatch-sample-dev', which is not a network of this stack" in result.stdout


def test_a_secret_is_found_and_not_shown(preview: Preview) -> None:
    result = preview({"sample:user": "65532", "sample:password": "correct-horse"})
    assert result.returncode != 0, result.stdout
    assert "environment variable 'DB_PASSWORD' is named like a secret" in result.stdout
    assert "correct-horse" not in result.stdout + result.stderr
