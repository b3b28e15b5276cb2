"""Which platform a stack is on is asked in one place, and what the settings need of it is a table."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from config.platforms import FACTS, PlatformFacts, PlatformName, facts_of

ROOT = Path(__file__).parents[3]
CODE = ("config", "components", "infra", "delivery", "policies", "apps")
CHOOSER = "infra/platforms/__init__.py"
NAMES = set(get_args(PlatformName))


def _compared(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from (node.left, *node.comparators)
        elif isinstance(node, ast.MatchValue):
            yield node.value


def _asks(tree: ast.AST) -> bool:
    constants = (each for part in _compared(tree) for each in ast.walk(part) if isinstance(each, ast.Constant))
    return any(isinstance(each.value, str) and each.value in NAMES for each in constants)


def test_only_the_chooser_tells_platforms_apart() -> None:
    files = [path for folder in CODE for path in (ROOT / folder).rglob("*.py") if "tests" not in path.parts]
    asking = {str(path.relative_to(ROOT)) for path in files if _asks(ast.parse(path.read_text()))}
    assert asking == {CHOOSER}


def test_a_comparison_of_any_form_is_found() -> None:
    for text in ('a.platform == "eks"', 'x in ("docker", "b")', 'match p:\n    case "kubernetes":\n        pass'):
        assert _asks(ast.parse(text))
    assert not _asks(ast.parse('NAME = "docker"'))


def test_every_platform_is_in_the_table() -> None:
    assert set(FACTS) == NAMES
    assert facts_of("eks") == FACTS["eks"]
    assert facts_of("nomad") == facts_of(None) == PlatformFacts()
