"""The reference of components tells of every component, in the words of the code."""

import ast
from pathlib import Path

import pytest

from docs.generate import components
from docs.generate.docstring import Docstring

ROOT = Path(__file__).resolve().parents[3]


DESCRIBED = '''
class A:
    """Do.

    More
    of ``it``.

    Attributes:
        b: One
            two.
    """

    b: int
'''


def _class(text: str) -> ast.ClassDef:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.ClassDef)
    return node


def test_every_component_and_its_arguments_have_a_section() -> None:
    page = components.render()
    found = {
        node.name
        for file in (ROOT / "components").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ClassDef) and components.is_public(node)
    }
    assert {"DataPlane", "DataPlaneArgs", "ControlPlane", "Network", "ManagedPrometheus"} <= found
    assert {name for name in found if f"\n### `{name}`\n" not in page} == set()


def test_the_page_says_what_an_argument_is() -> None:
    page = components.render()
    assert "| `api_port` | `int` | required | Port of the host on which clients reach the first application. |" in page
    assert "| `environment` | `Mapping[str, pulumi.Input[str]]` | `{}` |" in page
    assert "DataPlane(name: str, args: DataPlaneArgs, *, platform: Platform[ZoneT], opts: pulumi.Resource" in page


def test_a_docstring_has_a_text_and_attributes_over_several_lines() -> None:
    said = Docstring.of(_class(DESCRIBED))
    assert said.text == "Do.\n\nMore of `it`."
    assert said.attributes == {"b": "One two."}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class A:\n    b: int", "A has no docstring"),
        (DESCRIBED.replace("b: One", "c: One"), "the docstring of A tells of c, which it has not"),
    ],
)
def test_a_docstring_that_does_not_fit_its_class_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Docstring.of(_class(text))
