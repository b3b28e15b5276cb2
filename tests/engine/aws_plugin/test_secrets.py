"""Secrets on the simulated API: values never in clear, a version for each value, and an end that can be taken back."""

import pytest

from tests.engine.aws_plugin.harness import AwsProject

pytestmark = pytest.mark.engine

# Long and rare, so that a search for them in outputs and states means something.
ONE, TWO, OUTSIDE = ("hunter2-is-the-first", "hunter3-is-the-second", "hunter4-came-from-outside")
PROGRAM = """
key = aws.kms.Key("key")
token = aws.secretsmanager.Secret(
    "token", {naming}, kms_key_id=key.arn, description="{about}", recovery_window_in_days={days},
    tags={{"purpose": "{about}"}},
)
aws.secretsmanager.SecretVersion(
    "value", secret_id=token.arn, secret_string=pulumi.Config().require_secret("value"))
"""


def _program(*, naming: str = 'name="one/token"', about: str = "one", days: int = 30) -> str:
    return PROGRAM.format(naming=naming, about=about, days=days)


def _say(project: AwsProject, value: str) -> None:
    project.run("config", "set", "--secret", "value", value)


def test_a_secret_s_life(project: AwsProject) -> None:
    api = project.aws.client("secretsmanager")
    _say(project, ONE)
    shown = [project.preview(_program()), project.up(), project.state_text()]
    project.unchanged()
    state = project.state()
    arn, first = state["token"]["id"], state["value"]["outputs"]["versionId"]
    assert state["value"]["id"] == f"{arn}|{first}"
    made = api.describe_secret(SecretId=arn)
    assert (made["Name"], made["Description"]) == ("one/token", "one")
    assert made["KmsKeyId"] == state["key"]["outputs"]["arn"]
    assert made["Tags"] == [{"Key": "purpose", "Value": "one"}]
    assert api.get_secret_value(SecretId=arn)["SecretString"] == ONE

    # Another value is another version; the one before stays, as the previous.
    _say(project, TWO)
    steps = project.steps(_program(about="two"))
    assert {name: step["op"] for name, step in steps.items()} == {"token": "update", "value": "replace"}
    assert steps["value"]["replaceReasons"] == ["secretString"]
    shown += [project.up(), project.state_text()]
    value = project.state()["value"]["outputs"]
    described = api.describe_secret(SecretId=arn)
    assert described["VersionIdsToStages"] == {first: ["AWSPREVIOUS"], value["versionId"]: ["AWSCURRENT"]}
    assert (described["Description"], described["Tags"]) == ("two", [{"Key": "purpose", "Value": "two"}])

    # A value from outside the stack is the current one from then on; the stack does not take it back.
    api.put_secret_value(SecretId=arn, SecretString=OUTSIDE)
    shown += [project.run("refresh", "--yes", "--skip-preview", "--diff"), project.state_text()]
    assert project.state()["value"]["outputs"]["versionStages"] == ["AWSPREVIOUS"]
    project.unchanged()
    assert api.get_secret_value(SecretId=arn)["SecretString"] == OUTSIDE

    kind = "aws:secretsmanager/secretVersion:SecretVersion"
    shown.append(project.run("import", kind, "taken", f"{arn}|{first}", "--yes", "--generate-code=false"))
    shown.append(project.state_text())
    assert project.state("--show-secrets")["taken"]["outputs"]["secretString"]["plaintext"] == f'"{ONE}"'
    assert [text for text in shown for value in (ONE, TWO, OUTSIDE) if value in text] == []


def test_an_end_can_be_taken_back_and_holds_its_name_meanwhile(project: AwsProject) -> None:
    api = project.aws.client("secretsmanager")
    _say(project, ONE)
    project.up(_program(naming='name="kept/token"'))
    arn = project.state()["token"]["id"]
    project.destroy()
    assert "DeletedDate" in api.describe_secret(SecretId=arn)
    output = project.up(fails=True)
    assert "a secret with this name is already scheduled for deletion" in output
    assert "Traceback" not in output
    # Names of which AWS or the plugin makes the end are in nobody's way, and what does not wait is gone at once.
    project.up(_program(naming='name_prefix="kept/token-"', days=0))
    state = project.state()
    assert state["token"]["outputs"]["name"].startswith("kept/token-")
    project.destroy()
    of_test = [{"Key": "name", "Values": ["kept/"]}]
    left = api.list_secrets(IncludePlannedDeletion=True, Filters=of_test)["SecretList"]
    assert [entry["Name"] for entry in left] == ["kept/token"]
    api.restore_secret(SecretId=arn)
    assert api.get_secret_value(SecretId=arn)["SecretString"] == ONE


def test_what_was_deleted_outside_is_made_anew(project: AwsProject) -> None:
    api = project.aws.client("secretsmanager")
    _say(project, TWO)
    project.up(_program(naming='name="two/token"', days=0))
    first = project.state()["token"]["id"]
    api.delete_secret(SecretId=first, RecoveryWindowInDays=7)
    project.run("refresh", "--yes", "--skip-preview")
    assert {"token", "value"} & project.state().keys() == set()
    api.delete_secret(SecretId=first, ForceDeleteWithoutRecovery=True)
    project.up()
    assert api.get_secret_value(SecretId="two/token")["SecretString"] == TWO
