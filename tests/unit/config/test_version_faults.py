"""Revisions and jobs of workloads have names of their own, which are parts of the names of pods."""

import pytest

from tests.unit.config.documents import FILE, Document, changed, faults

_MIGRATE = {"name": "migrate", "command": ["python", "-m", "shop.migrate"]}


@pytest.mark.parametrize(
    ("workloads", "says"),
    [
        (
            {"api": {"revision": "v1"}, "api-v1": {}},
            "workloads.api and workloads.api-v1 would both have pods called api-v1; rename one",
        ),
        (
            {"api": {"beside": {"v1": {}}}, "api-v1": {}},
            "workloads.api and workloads.api-v1 would both have pods called api-v1; rename one",
        ),
        (
            {"api": {"revision": "v1", "jobsBeforeStart": [_MIGRATE]}, "api-v1-migrate": {}},
            (
                "workloads.api.jobsBeforeStart.0 and workloads.api-v1-migrate would both have pods called"
                " api-v1-migrate; rename one"
            ),
        ),
        (
            {"api": {"jobsBeforeStart": [_MIGRATE, {**_MIGRATE, "command": ["again"]}]}},
            (
                "workloads.api.jobsBeforeStart.0 and workloads.api.jobsBeforeStart.1 would both have pods called"
                " api-migrate; rename one"
            ),
        ),
        (
            {"api": {"beside": {"migrate": {}}, "jobsBeforeStart": [_MIGRATE]}},
            "workloads.api.jobsBeforeStart.0 and workloads.api would both have pods called api-migrate; rename one",
        ),
        (
            {"api": {"revision": "v1", "beside": {"v1": {}}}},
            "workloads.api.beside must hold other versions than its revision (got v1)",
        ),
    ],
)
def test_versions_of_workloads_have_pods_of_their_own(workloads: Document, says: str) -> None:
    assert faults(changed("dataPlanes.prod.workloads", workloads)) == [f"{FILE}: planewatch:dataPlanes.prod: {says}"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"revision": "2.0"}, "revision"),
        ({"beside": {"v" * 21: {}}}, f"beside.{'v' * 21}"),
        ({"jobsBeforeStart": [{**_MIGRATE, "name": "Migrate"}]}, "jobsBeforeStart.0.name"),
        ({"jobsBeforeStart": [{**_MIGRATE, "command": []}]}, "jobsBeforeStart.0.command"),
        ({"jobsBeforeStart": [{**_MIGRATE, "timeoutSeconds": 0}]}, "jobsBeforeStart.0.timeoutSeconds"),
    ],
)
def test_revisions_and_jobs_are_parts_of_names(said: Document, place: str) -> None:
    (line,) = faults(changed("dataPlanes.prod.workloads", {"api": said}))
    assert line.startswith(f"{FILE}: planewatch:dataPlanes.prod.workloads.api.{place}")
