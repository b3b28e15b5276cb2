"""Secrets that the platform keeps: how `secretFiles` names them, and what is refused where."""

from typing import Any

import pytest

from config.settings import StackSettings
from tests.unit.config.documents import Document, changed, faults, read

PLACE = "stacks/Pulumi.sample.yaml: planewatch:dataPlanes.prod.workloads.api.secretFiles.A"
OF_CLUSTER = {"kubernetesSecret": {"name": "orders-db", "key": "pass.word"}}
ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/queue-Ab12Cd"
ELSEWHERE = ARN.replace("central", "west")
STORED = {"secretsManager": {"secret": ARN, "jsonKey": "pass word"}}
AWS = {"region": "eu-central-1", "ownership": {"owner": "team", "costCenter": "1"}}


def on(platform: str, files: dict[str, Any]) -> Document:
    document = changed("dataPlanes.prod.workloads", {"api": {"secretFiles": files}})
    return {**document, "platform": platform, **({"aws": AWS} if platform == "eks" else {})}


def told(platform: str, source: Any) -> list[str]:
    return [line.removeprefix(PLACE) for line in faults(on(platform, {"A": source}))]


def counted(settings: StackSettings) -> tuple[int, int, bool]:
    return settings.secret_files, settings.kept_secrets, settings.has_secret_files


def test_a_cluster_has_secrets_and_aws_has_more() -> None:
    assert counted(read(on("kubernetes", {"A": OF_CLUSTER}))) == (0, 0, False)
    assert counted(read(on("eks", {"A": OF_CLUSTER}))) == (0, 0, False)
    assert counted(read(on("eks", {"A": STORED, "B": OF_CLUSTER}))) == (0, 1, True)
    assert counted(read(on("eks", {"A": {"secretsManager": {"secret": "prod/queue"}}}))) == (0, 1, True)


@pytest.mark.parametrize(
    ("platform", "source", "says"),
    [
        ("docker", OF_CLUSTER, " must name one of planewatch:secrets on this platform (got kubernetesSecret)"),
        ("docker", STORED, " must name one of planewatch:secrets on this platform (got secretsManager)"),
        (
            "kubernetes",
            STORED,
            " must name one of planewatch:secrets, or kubernetesSecret on this platform (got secretsManager)",
        ),
        (
            "eks",
            {"secretsManager": {"secret": ELSEWHERE}},
            f" must be in the stack's region, eu-central-1 (got {ELSEWHERE}); replicate it to eu-central-1",
        ),
    ],
)
def test_what_the_platform_does_not_keep_is_refused_with_what_it_does(platform: str, source: Any, says: str) -> None:
    assert told(platform, source) == [says]


_CHOICE = (
    " must be a name from planewatch:secrets, `kubernetesSecret: {name, key}` or `secretsManager: {secret, jsonKey}`"
)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (7, f"{_CHOICE} (got 7)"),
        ({"kubernetsSecret": "x"}, f'{_CHOICE} (got {{"kubernetsSecret": "x"}})'),
        ({**OF_CLUSTER, "secretsManager": {"secret": "x"}}, f"{_CHOICE} (got "),
        ({**OF_CLUSTER, "key": "x"}, ".key is not a known setting; known: kubernetesSecret, secretsManager"),
        ({"kubernetesSecret": {"name": "x", "kei": "y", "key": "y"}}, ".kubernetesSecret.kei is not a known setting"),
        ({"kubernetesSecret": {"name": "x"}}, ".kubernetesSecret.key is required; add it"),
        ({"kubernetesSecret": {"name": "X", "key": "y"}}, ".kubernetesSecret.name must be a DNS name"),
        ({"kubernetesSecret": {"name": "x", "key": "a/b"}}, ".kubernetesSecret.key must be an entry of a Secret"),
        ({"secretsManager": {"secret": ARN[:-7]}}, ".secretsManager.secret must be a secret's ARN with its last six"),
        ({"secretsManager": {"secret": "x", "jsonKey": ""}}, ".secretsManager.jsonKey must not be empty"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(source: Any, says: str) -> None:
    (line,) = told("eks", source)
    assert line.startswith(says)


def test_one_secret_is_one_file_as_a_whole() -> None:
    whole = {"secretsManager": {"secret": "prod/queue"}}
    (line,) = faults(on("eks", {"A": whole, "B": whole}))
    assert line.endswith(
        "workloads.api: secretFiles.A and secretFiles.B are the same secret; leave one out, or name a jsonKey"
    )
    part = {"secretsManager": {"secret": "prod/queue", "jsonKey": "user"}}
    assert read(on("eks", {"A": whole, "B": part, "C": part})).kept_secrets == 3
