"""The real Pulumi reads a stack file as we do: each string stays one, in values and keys, whatever it looks like."""

import json
from typing import Any

from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config import yamltext
from tests.engine.stacks.conftest import MakeStack
from tests.harness.pulumi import PulumiStack
from tests.harness.settings import local_settings
from tests.unit.config.test_yamltext import KEYS, LOOKS, TEXT, TREES, WORDS

# What both readers take for the same number or word without quotes.
_PLAIN = ("8080", "-1", "0", "0.05", "1.10", "-0.5", "2000000", "123456789012345", "true", "False", "null", "~")
# Pulumi takes a mapping of this one key for a secret.
_KEYS = KEYS.filter(lambda key: key != "secure")


def _read(stack: PulumiStack, text: str) -> dict[str, Any]:
    """Return what Pulumi reads in the stack file ``text``, once we have made its working copy."""
    stack.workspace.stack_file.write_text(text)
    stack.workspace.prepare()
    return _config(stack)


def _config(stack: PulumiStack) -> dict[str, Any]:
    run = stack.pulumi("config", "--json", merge=False).succeeded()
    found: dict[str, Any] = {}
    for key, entry in json.loads(run.text).items():
        found[key.partition(":")[2]] = entry.get("objectValue", entry.get("value"))
    return found


def test_what_looks_like_something_else_reaches_pulumi_as_the_text_it_is(make_stack: MakeStack) -> None:
    stack = make_stack(local_settings(["prod"]))
    words = (*LOOKS, *TEXT, *_PLAIN)
    values = "\n".join(f'      v{number}: "{word}"' for number, word in enumerate(words))
    # A plain `<<` is YAML's merge key.
    keys = "\n".join(f"      {word}: v" for word in words if word != "<<")
    below = "\n".join(f"  planewatch:k{number}: {word}" for number, word in enumerate(words))
    planes = f"    values:\n{values}\n    keys:\n{keys}\n    list: ['1e3', \"no\"]\n"
    found = _read(stack, f"config:\n  planewatch:dataPlanes:\n{planes}{below}\n")
    assert found["dataPlanes"]["values"] == {f"v{number}": word for number, word in enumerate(words)}
    assert found["dataPlanes"]["keys"] == {word: "v" for word in words if word != "<<"}
    assert found["dataPlanes"]["list"] == ["1e3", "no"]
    for number, word in enumerate(words):
        if word not in ("null", "~"):
            assert found[f"k{number}"] == word

    # And the copy that Pulumi itself has written since, with a secret in it, says the same.
    stack.set_secret("alertWebhookUrl", "http://192.0.2.1/hunter2")
    again = _config(stack)
    assert {key: value for key, value in again.items() if key != "alertWebhookUrl"} == found


def test_without_quotes_only_what_pulumi_reads_alike_is_taken(make_stack: MakeStack) -> None:
    stack = make_stack(local_settings(["prod"]))
    words = (*TEXT, *_PLAIN)
    lines = "\n".join(f"    v{number}: {word}" for number, word in enumerate(words))
    text = f"config:\n  planewatch:dataPlanes:\n{lines}\n"
    ours = yamltext.load(text)["config"]["planewatch:dataPlanes"]
    # As it stands, not as we copy it.
    stack.workspace.working_file.write_text(text)
    assert _config(stack)["dataPlanes"] == ours


def test_line_breaks_reach_pulumi_where_we_take_them(make_stack: MakeStack) -> None:
    stack = make_stack(local_settings(["prod"]))
    texts = ("A\n", "A\n\nB", " A\n B\n\n", " \nA", "\tA", "\r\nA", "\rA", "\x85A", "\u2028A")
    document = {"list": list(texts), "keys": dict.fromkeys(texts, "v"), "below": {"map": {"k": texts[2]}}}
    found = _read(stack, yamltext.dump({"config": {"planewatch:dataPlanes": document, "planewatch:release": texts[1]}}))
    assert (found["dataPlanes"], found["release"]) == (document, texts[1])

    # Why the reader refuses one at the start.
    stack.workspace.working_file.write_text('config:\n  planewatch:dataPlanes: {a: "\\nA"}\n')
    assert _config(stack)["dataPlanes"] == {"a": "A"}


def test_any_configuration_reaches_pulumi_as_it_is(make_stack: MakeStack) -> None:
    stack = make_stack(local_settings(["prod"]))

    # Not shrunk: each example starts the CLI, and holds many values as it is.
    @hypothesis_settings(
        max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(st.dictionaries(_KEYS, TREES, min_size=20, max_size=60), WORDS)
    def holds(document: dict[str, Any], word: str) -> None:
        text = yamltext.dump({"config": {"planewatch:dataPlanes": document, "planewatch:release": word}})
        found = _read(stack, text)
        assert found["dataPlanes"] == document
        assert found["release"] == word

    holds()


def test_a_secret_where_settings_are_is_refused_with_its_place_and_nothing_harmless_is_hidden(
    make_stack: MakeStack,
) -> None:
    settings = local_settings(["prod"])
    stack = make_stack({**settings, "controlPlane": {**settings["controlPlane"], "retention": "0d"}})
    place = "dataPlanes.prod.workloads.api.environmentVariables.DB_DSN"
    stack.set_secret(place, "hunter2")
    # Whatever command comes next keeps it in the copy, so that it is not lost without a word.
    stack.workspace.prepare()
    run = stack.preview().failed()
    assert f"planewatch:{place} is a secret, but previews, the state and containers show this setting" in run.text
    assert '.retention must be a duration: an integer > 0 and h, d, w or y, e.g. 15d (got "0d")' in run.text
    assert "hunter2" not in run.text
    assert "[secret]" not in run.text
    assert "Traceback" not in run.text

    removal = f"pulumi config rm --path planewatch:{place} -s {stack.name}"
    assert removal in run.text
    stack.pulumi("config", "rm", "--path", f"planewatch:{place}").succeeded()
    stack.write(settings)
    stack.preview().succeeded()
