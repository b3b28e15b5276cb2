"""The working copy follows the deployer's file, keeps what only it knows, and the file is never written."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from delivery.errors import CommandError
from delivery.workspace import STACKS_VARIABLE, STATE_VARIABLE, Workspace, merge

STACK_FILE = """\
# What the deployer thinks of it.
config:
  planewatch:release: "1"   # a comment
  planewatch:dataPlanes:
    prod: {apiPort: 1, otlpHttpPort: 2}
"""
SECRET = {"secure": "v1:abc"}
KEYS = st.sampled_from(["planewatch:a", "planewatch:b", "planewatch:c"])
CONFIGS = st.dictionaries(KEYS, st.text() | st.just(SECRET))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(root=tmp_path, stack="sample", stacks=tmp_path / "stacks", state=tmp_path / ".state")
    made.stacks.mkdir()
    made.stack_file.write_text(STACK_FILE)
    return made


def working(workspace: Workspace) -> dict[str, Any]:
    document = yaml.safe_load(workspace.working_file.read_text())
    assert isinstance(document, dict)
    return document


def write_as_pulumi_does(workspace: Workspace) -> None:
    document = working(workspace)
    document["encryptionsalt"] = "v1:salt"
    document["config"]["planewatch:alertWebhookUrl"] = SECRET
    document["config"]["planewatch:data"] = "delete"
    workspace.working_file.write_text(yaml.safe_dump(document))


def test_preparing_makes_folders_copy_and_passphrase(workspace: Workspace) -> None:
    workspace.prepare()
    assert working(workspace) == yaml.safe_load(STACK_FILE)
    assert (workspace.project / "Pulumi.yaml").exists()
    assert (workspace.state / "backend").is_dir()
    assert stat.S_IMODE(workspace.passphrase.stat().st_mode) == 0o600
    assert len(workspace.passphrase.read_text()) >= 32


def test_preparing_again_keeps_the_passphrase(workspace: Workspace) -> None:
    workspace.prepare()
    before = workspace.passphrase.read_text()
    workspace.prepare()
    assert workspace.passphrase.read_text() == before


def test_the_deployers_file_is_never_written(workspace: Workspace) -> None:
    facts = workspace.stack_file.stat()
    workspace.prepare()
    write_as_pulumi_does(workspace)
    workspace.sync()
    assert workspace.stack_file.read_text() == STACK_FILE
    assert workspace.stack_file.stat().st_mtime_ns == facts.st_mtime_ns


def test_a_setting_for_one_command_is_in_the_working_copy_until_the_next_one(workspace: Workspace) -> None:
    workspace.prepare()
    write_as_pulumi_does(workspace)
    workspace.sync({"data": "delete"})
    usual = yaml.safe_load(STACK_FILE)["config"]
    assert working(workspace)["config"] == {**usual, "planewatch:alertWebhookUrl": SECRET, "planewatch:data": "delete"}
    workspace.sync()
    assert working(workspace)["config"] == {**usual, "planewatch:alertWebhookUrl": SECRET}


def test_salt_and_secrets_of_the_working_copy_stay_and_plain_values_go(workspace: Workspace) -> None:
    workspace.prepare()
    write_as_pulumi_does(workspace)
    workspace.sync()
    document = working(workspace)
    assert document["encryptionsalt"] == "v1:salt"
    assert document["config"]["planewatch:alertWebhookUrl"] == SECRET
    assert "planewatch:data" not in document["config"]


def test_an_object_of_secrets_of_the_working_copy_stays() -> None:
    tokens, mixed = {"far": SECRET, "further": SECRET}, {"far": SECRET, "plain": "text"}
    document = {"config": {"planewatch:otlpTokens": tokens, "planewatch:other": mixed, "planewatch:empty": {}}}
    merged = merge({"config": {"planewatch:release": "1"}}, document)
    assert merged["config"] == {
        "planewatch:otlpTokens": tokens,
        "planewatch:other": {"far": SECRET},
        "planewatch:release": "1",
    }


def test_a_changed_stack_file_arrives_and_a_comment_changes_nothing(workspace: Workspace) -> None:
    workspace.prepare()
    before = workspace.working_file.read_bytes()
    workspace.stack_file.write_text(f"# another remark\n{STACK_FILE}")
    workspace.sync()
    assert workspace.working_file.read_bytes() == before
    workspace.stack_file.write_text(STACK_FILE.replace('"1"', '"2"'))
    workspace.sync()
    assert working(workspace)["config"]["planewatch:release"] == "2"


def test_a_stack_file_that_says_how_to_encrypt_is_respected() -> None:
    wanted = {"secretsprovider": "awskms://key", "encryptedkey": "k"}
    assert merge(wanted, {"encryptionsalt": "v1:salt"}) == wanted


@given(CONFIGS, CONFIGS)
def test_what_the_deployer_wrote_always_wins(wanted: dict[str, Any], known: dict[str, Any]) -> None:
    merged = merge({"config": wanted}, {"config": known, "encryptionsalt": "s"})
    config = merged.get("config", {})
    assert config == {**{key: value for key, value in known.items() if value == SECRET}, **wanted}
    assert merge({"config": wanted}, merged).get("config", {}) == config


def test_an_unknown_stack_says_which_there_are(workspace: Workspace) -> None:
    other = Workspace(root=workspace.root, stack="nowhere", stacks=workspace.stacks, state=workspace.state)
    with pytest.raises(CommandError, match="there is no stack 'nowhere'") as caught:
        other.prepare()
    assert "use one of: sample" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("config:\n  a: 1\n  a: 2\n", r"duplicate key 'a' in line 3, first in line 2"),
        ("- a\n", "holds list, not a mapping"),
        ("config: [\n", "is not YAML"),
        ("{a: 1", "is not YAML"),
    ],
)
def test_a_file_that_is_no_stack_file_is_reported(workspace: Workspace, text: str, says: str) -> None:
    workspace.stack_file.write_text(text)
    with pytest.raises(CommandError, match=says) as caught:
        workspace.prepare()
    assert str(workspace.stack_file) in str(caught.value)
    assert "what to do:" in str(caught.value)


def test_what_is_told_of_a_broken_file_repeats_none_of_its_values(workspace: Workspace) -> None:
    workspace.stack_file.write_text("config:\n  a: {PASSWORD: hunter2, x: [}\n")
    with pytest.raises(CommandError, match=r"is not YAML: .* in line 2, column 30") as caught:
        workspace.prepare()
    assert "hunter2" not in str(caught.value)


def test_an_unclear_word_is_reported_with_its_line(workspace: Workspace) -> None:
    workspace.stack_file.write_text("config:\n  planewatch:aws:\n    account: 012345678901\n")
    with pytest.raises(CommandError) as caught:
        workspace.prepare()
    told = str(caught.value)
    assert f"{workspace.stack_file}:\nline 3: planewatch:aws.account is 012345678901" in told
    assert 'write "012345678901"' in told
    assert not workspace.working_file.exists()


def test_the_copy_holds_text_as_the_text_that_it_is(workspace: Workspace) -> None:
    workspace.stack_file.write_text(
        "config:\n  planewatch:aws: {account: '012345678901', no: \"1e3\"}\n  planewatch:release: 1.10\n"
    )
    workspace.prepare()
    assert working(workspace)["config"] == {
        "planewatch:aws": {"account": "012345678901", "no": "1e3"},
        "planewatch:release": "1.10",
    }
    assert '"012345678901"' in workspace.working_file.read_text()


def test_a_secret_below_settings_stays_where_the_settings_are() -> None:
    plane: dict[str, Any] = {"workloads": {"api": {"environmentVariables": {"DSN": SECRET, "OLD": "plain"}}}}
    known = {"planewatch:dataPlanes": {"prod": {"apiPort": 1, **plane}, "gone": {"apiPort": 2, **plane}}}
    wanted = {"planewatch:dataPlanes": {"prod": {"apiPort": 3}}}
    secret = {"workloads": {"api": {"environmentVariables": {"DSN": SECRET}}}}
    merged = merge({"config": wanted}, {"config": known})["config"]["planewatch:dataPlanes"]
    assert merged == {"prod": {"apiPort": 3, **secret}, "gone": secret}


def test_an_empty_stack_file_is_an_empty_stack(workspace: Workspace) -> None:
    workspace.stack_file.write_text("# nothing yet\n")
    workspace.prepare()
    assert yaml.safe_load(workspace.working_file.read_text()) == {}


def test_variables_name_the_checkouts_own_backend(workspace: Workspace) -> None:
    variables = workspace.variables({})
    assert variables["PULUMI_BACKEND_URL"] == (workspace.state / "backend").as_uri()
    assert variables["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(workspace.passphrase)
    assert "PATH" in variables


@pytest.mark.parametrize("name", ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"])
def test_a_backend_of_the_users_stays_theirs(workspace: Workspace, name: str) -> None:
    assert "PULUMI_BACKEND_URL" not in workspace.variables({name: "theirs"})


@pytest.mark.parametrize("name", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_a_passphrase_of_the_users_stays_theirs(workspace: Workspace, name: str) -> None:
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in workspace.variables({name: "theirs"})


def test_without_folders_a_workspace_is_the_checkouts(tmp_path: Path) -> None:
    found = Workspace.of(tmp_path, "s")
    assert (found.stacks, found.state) == (tmp_path / "stacks", tmp_path / ".state")
    assert {STACKS_VARIABLE, STATE_VARIABLE} & found.variables({}).keys() == set()
    assert found.command("up") == "make up STACK=s"
    assert found.delete_data == "make down STACK=s DATA=delete"


def test_stack_files_and_state_are_in_the_given_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my stacks").mkdir()
    monkeypatch.chdir(tmp_path)
    found = Workspace.of(tmp_path / "checkout", "s", stacks=Path("my stacks"), state=Path("new/state"))
    assert (found.stacks, found.state) == (tmp_path / "my stacks", tmp_path / "new" / "state")
    found.stack_file.write_text(STACK_FILE)
    found.prepare()
    assert working(found) == yaml.safe_load(STACK_FILE)
    assert found.variables({})[STACKS_VARIABLE] == str(tmp_path / "my stacks")
    assert found.variables({})[STATE_VARIABLE] == str(tmp_path / "new" / "state")
    assert not (tmp_path / "checkout").exists()
    where = f"--stacks '{tmp_path}/my stacks' --state {tmp_path}/new/state"
    assert found.command("up") == f"planewatch up -s s {where}"
    assert found.delete_data == f"planewatch down -s s {where} --data delete"


def test_a_folder_of_stack_files_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="the folder of stack files does not exist") as caught:
        Workspace.of(tmp_path, "s", stacks=tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(caught.value)


def test_a_folder_with_odd_letters_is_a_backend_too(tmp_path: Path) -> None:
    made = Workspace(root=tmp_path, stack="s", stacks=tmp_path, state=tmp_path / "a b'ü")
    url = made.variables({})["PULUMI_BACKEND_URL"]
    assert url.startswith("file://")
    assert " " not in url
    assert os.sep in url
