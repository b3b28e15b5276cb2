"""What the driver's provider is told to write: each secret once, with what is taken out of it."""

import json

import pulumi
import pytest

from components.kept import StoredSecret
from infra.platforms.eks.stored import Found, objects

QUEUE, DB = (f"arn:aws:secretsmanager:eu-central-1:111122223333:secret:{name}-Ab12Cd" for name in ("queue", "db"))
FOUND = {"queue": Found(arn=QUEUE, key_arn=None), QUEUE: Found(arn=QUEUE, key_arn=None), DB: Found(arn=DB, key_arn="k")}


def part(name: str, key: str) -> dict[str, str]:
    return {"path": json.dumps(key), "objectAlias": name, "filePermission": "0444"}


def test_each_secret_is_named_once_with_all_that_comes_out_of_it() -> None:
    files = [
        ("A", StoredSecret(secret="queue", json_key='a "b"')),
        ("B", StoredSecret(secret=DB)),
        ("C", StoredSecret(secret=QUEUE, json_key="c-d")),
    ]
    assert objects(files, FOUND) == [
        {
            "objectName": QUEUE,
            "objectType": "secretsmanager",
            # The provider writes all of it too.
            "objectAlias": "A.json",
            "filePermission": "0444",
            "jmesPath": [part("A", 'a "b"'), part("C", "c-d")],
        },
        {"objectName": DB, "objectType": "secretsmanager", "objectAlias": "B", "filePermission": "0444"},
    ]


def test_one_that_is_wanted_as_a_whole_has_its_own_name() -> None:
    files = [("A", StoredSecret(secret="queue", json_key="a")), ("B", StoredSecret(secret="queue"))]
    (only,) = objects(files, FOUND)
    assert (only["objectAlias"], only["jmesPath"]) == ("B", [part("A", "a")])


def test_one_secret_under_two_names_is_told() -> None:
    with pytest.raises(pulumi.RunError, match=r"secretFiles\.A and secretFiles\.B are the same secret"):
        objects([("A", StoredSecret(secret="queue")), ("B", StoredSecret(secret=QUEUE))], FOUND)
