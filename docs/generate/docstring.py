"""A docstring as the page says it: its text, and what it says of each attribute."""

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

_ATTRIBUTES = "Attributes:"
_ITEM = re.compile(r"^    (\w+): ?(.*)$")


@dataclass(frozen=True, kw_only=True)
class Docstring:
    """``text`` in Markdown, without the section of attributes; ``attributes`` by name."""

    text: str
    attributes: Mapping[str, str]

    @classmethod
    def of(cls, node: ast.ClassDef | ast.FunctionDef) -> Self:
        """Read a docstring; raises ValueError without one, and for an attribute that the class does not have."""
        said = ast.get_docstring(node)
        if not said:
            raise ValueError(f"{node.name} has no docstring: say what a caller gets")
        text, _, section = inspect.cleandoc(said).partition(f"\n{_ATTRIBUTES}\n")
        attributes: dict[str, str] = {}
        for line in section.splitlines():
            if found := _ITEM.match(line):
                name = found[1]
                attributes[name] = found[2]
            elif line.strip():
                attributes[name] += f" {line.strip()}"
        fields = {ast.unparse(item.target) for item in node.body if isinstance(item, ast.AnnAssign)}
        if unknown := attributes.keys() - fields:
            raise ValueError(f"the docstring of {node.name} tells of {', '.join(sorted(unknown))}, which it has not")
        return cls(text=_markdown(text), attributes={name: _markdown(each) for name, each in attributes.items()})


def _markdown(text: str) -> str:
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]
    return "\n\n".join(paragraphs).replace("``", "`").replace("|", "\\|")
