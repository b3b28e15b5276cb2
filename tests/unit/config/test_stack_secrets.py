"""Secrets of services: who names which, their form, and that no message repeats one."""

from typing import Any

import pytest

from tests.unit.config.documents import Document, changed, faults, read

FILE = "stacks/Pulumi.sample.yaml: "
SECRET = "hunter2"


def with_files(files: dict[str, str], secrets: Any = None, **workload: Any) -> Document:
    """Return a stack with a workload that gets these files."""
    document = changed("dataPlanes.prod.workloads", {"api": {"secretFiles": files, **workload}})
    return document if secrets is None else {**document, "secrets": secrets}


def told(document: Document, *, encrypted: bool = True) -> list[str]:
    found = faults(document, secret=["secrets"] if encrypted else [])
    # What a secret must be is told without the file: that may hold none.
    return [line.removeprefix(FILE).removeprefix("planewatch:") for line in found]


def test_a_secret_that_is_there_is_taken_and_another_may_be_unused() -> None:
    document = with_files({"DB_PASSWORD": "orders-db"}, {"orders-db": SECRET, "later": "x"})
    said = read(document, secret=["secrets"])
    assert said.data_planes["prod"].workloads["api"].secret_files == {"DB_PASSWORD": "orders-db"}
    assert (said.has_secret_files, said.secret_files) == (True, 1)


def test_a_file_alone_is_read_without_its_secrets() -> None:
    assert read(with_files({"DB_PASSWORD": "orders-db"}), tokens_known=False).secret_files == 1


@pytest.mark.parametrize(("secrets", "there"), [(None, "there are none"), ({"order-db": "x"}, "there are order-db")])
def test_a_secret_that_is_missing_is_told_with_the_command(secrets: Any, there: str) -> None:
    (line,) = told(with_files({"DB_PASSWORD": "orders-db"}, secrets))
    assert line == (
        "dataPlanes.prod.workloads.api.secretFiles.DB_PASSWORD must name one of planewatch:secrets; "
        f'{there} (got "orders-db"); set it: '
        'pulumi config set --secret --path planewatch:secrets.orders-db "…" -s sample'
    )


def test_a_secret_that_is_not_encrypted_is_refused_and_not_shown() -> None:
    (line,) = told(with_files({"DB_PASSWORD": "a"}, {"a": SECRET}), encrypted=False)
    assert line.startswith("secrets is not encrypted; remove it and set secrets: pulumi config set --secret")
    assert SECRET not in line


@pytest.mark.parametrize("value", ["", 7, None, "x" * 65_537, ["hunter2"]])
def test_what_is_no_text_is_refused_and_not_shown(value: Any) -> None:
    (line,) = told(with_files({}, {"a": value}))
    assert line.startswith("secrets.a must be text of 1 to 65,536 bytes (got [secret]): pulumi config set --secret")
    assert SECRET not in line


def test_secrets_are_a_mapping_with_names() -> None:
    (line,) = told(with_files({}, SECRET))
    assert line.startswith("secrets must map names to secrets: pulumi config set --secret --path")
    assert SECRET not in line
    (line,) = told(with_files({}, {"a b": SECRET}))
    assert line == (
        "secrets.a b: this name must be a secret's name: at most 63 letters, digits and _ -, starting with a letter"
    )


@pytest.mark.parametrize(
    ("files", "more", "says"),
    [
        (
            {"DB-PASSWORD": "a"},
            {},
            ".secretFiles.DB-PASSWORD: this name must be a variable name: letters, ",
        ),
        ({"A": "a b"}, {}, ".secretFiles.A must be a secret's name: at most 63 letters, digits and _ -"),
        (
            {"A": "a"},
            {"environmentVariables": {"A_FILE": "/x"}},
            ": environmentVariables.A_FILE must be left out with secretFiles.A, which sets it",
        ),
        ({"A_b": "a", "AB": "a"}, {}, ": secretFiles.A_b and secretFiles.AB differ in case or _ only; rename one"),
        ({f"A{n}": "a" for n in range(13)}, {}, ".secretFiles must have ≤ 12 entries"),
    ],
)
def test_names_that_cannot_be_are_refused(files: dict[str, str], more: Any, says: str) -> None:
    (line,) = told(with_files(files, {"a": SECRET}, **more))
    assert line.startswith(f"dataPlanes.prod.workloads.api{says}")


def test_planes_whose_carriers_would_be_called_alike_are_refused() -> None:
    document = with_files({"X": "a"}, {"a": SECRET})
    document["dataPlanes"] = {
        "a": {"apiPort": 8081, "otlpHttpPort": 4381, "workloads": {"b": {"secretFiles": {"X": "a"}}}},
        "a-b-etc-planewatch": {"apiPort": 8082, "otlpHttpPort": 4382, "workloads": {"secrets-carrier": {}}},
    }
    (line,) = faults(document, secret=["secrets"])
    assert "planes a and a-b-etc-planewatch would both have a container a-b-etc-planewatch-secrets-carrier" in line
