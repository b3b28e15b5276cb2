import dataclasses
import random
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from config.services.prometheus import PrometheusConfig, PrometheusFlags, command_line, render
from config.services.scraping import SELF_JOB, ScrapeTarget, StaticJob
from tests.unit.services.tools import run_checker

plane_ids = st.from_regex(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?", fullmatch=True)
environments = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


def target(plane: str, environment: str = "production") -> ScrapeTarget:
    return ScrapeTarget(
        data_plane_id=plane,
        environment=environment,
        application_address=f"{plane}-collector:8889",
        telemetry_address=f"{plane}-collector:8888",
    )


targets = st.lists(st.builds(target, plane_ids, environments), max_size=8, unique_by=lambda each: each.data_plane_id)
FULL = PrometheusConfig(
    planes=(target("prod"), target("dev", "no"), target("qa", "1e3")),
    alertmanagers=("alertmanager:9093",),
    static_jobs=(
        SELF_JOB,
        StaticJob(name="alertmanager", addresses=("alertmanager:9093",)),
        StaticJob(name="console", addresses=("console:8080",)),
    ),
)


@given(planes=targets, seed=st.randoms())
def test_order_changes_nothing(planes: list[ScrapeTarget], seed: random.Random) -> None:
    shuffled = list(planes)
    seed.shuffle(shuffled)
    jobs = list(FULL.static_jobs)
    seed.shuffle(jobs)
    first = dataclasses.replace(FULL, planes=tuple(planes))
    assert render(first) == render(dataclasses.replace(first, planes=tuple(shuffled), static_jobs=tuple(jobs)))


@given(planes=targets)
def test_every_plane_is_scraped_twice_under_its_own_identity(planes: list[ScrapeTarget]) -> None:
    jobs = {
        job["job_name"]: job for job in yaml.safe_load(render(PrometheusConfig(planes=tuple(planes))))["scrape_configs"]
    }
    for name, port in (("data-plane", 8889), ("otel-collector", 8888)):
        assert jobs[name]["honor_labels"] is False
        assert sorted(map(str, jobs[name]["static_configs"])) == sorted(
            str(
                {
                    "targets": [f"{plane.data_plane_id}-collector:{port}"],
                    "labels": {"environment": plane.environment, "data_plane_id": plane.data_plane_id},
                }
            )
            for plane in planes
        )


@given(planes=targets, extra=st.builds(target, plane_ids, environments))
def test_adding_a_plane_leaves_the_others_lines_as_they_are(planes: list[ScrapeTarget], extra: ScrapeTarget) -> None:
    others = [plane for plane in planes if plane.data_plane_id != extra.data_plane_id]
    before = render(PrometheusConfig(planes=tuple(others)))
    after = render(PrometheusConfig(planes=(extra, *others)))
    assume(others)
    # In the same order and as often, with the new plane's lines between them.
    rest = iter(after.splitlines())
    assert [line for line in before.splitlines() if line not in rest] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"planes": (target("prod"), target("prod", "other"))}, "duplicate data_plane_id: prod"),
        (
            {"planes": (target("a"), dataclasses.replace(target("b"), application_address="a-collector:8889"))},
            "duplicate application_address: a-collector:8889",
        ),
        ({"static_jobs": (StaticJob(name="data-plane", addresses=("x:1",)),)}, "duplicate job: data-plane"),
        ({"scrape_timeout_s": 11}, r"scrape_timeout_s must be ≤ scrape_interval_s, 10 \(got 11\)"),
    ],
)
def test_what_would_mix_planes_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(FULL, **change)  # type: ignore[arg-type]  # the cases differ in type on purpose


def test_no_flag_opens_an_interface_that_changes_or_quits_the_server() -> None:
    flags = command_line(
        PrometheusFlags(
            config_file="/etc/prometheus/prometheus.yml",
            storage_path="/prometheus",
            retention_time="30d",
            retention_size="2GB",
            listen_addresses=("10.1.0.2:9090", "127.0.0.1:9090"),
        )
    )
    assert flags == (
        "--config.file=/etc/prometheus/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        "--storage.tsdb.retention.time=30d",
        "--storage.tsdb.retention.size=2GB",
        "--enable-feature=created-timestamp-zero-ingestion",
        "--web.cors.origin=none",
        "--web.listen-address=10.1.0.2:9090",
        "--web.listen-address=127.0.0.1:9090",
    )


@pytest.mark.parametrize(
    "config",
    [FULL, PrometheusConfig(planes=()), PrometheusConfig(planes=tuple(target(f"plane-{i}") for i in range(200)))],
    ids=["three planes", "no plane", "200 planes"],
)
def test_prometheus_accepts_the_file(tmp_path: Path, config: PrometheusConfig) -> None:
    path = tmp_path / "prometheus.yml"
    path.write_text(render(config))
    run_checker("promtool", "check", "config", path)
