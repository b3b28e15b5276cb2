"""The reference of components: ``docs/components.md``, a template by hand with what signatures and docstrings say.

Modules are read, not imported: the page holds annotations as they are written, and needs no provider's SDK.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs.generate.docstring import Docstring

_ROOT = Path(__file__).resolve().parents[2]
_TEMPLATE = Path(__file__).with_name("components.md")
_MARK = "<!-- components -->\n"
_COMPONENT, _ARGUMENTS = "pulumi.ComponentResource", "Args"
_FACTORY = re.compile(r"field\(default_factory=(\w+)\)")
# What programs name beside components and their arguments.
_ALSO = frozenset(
    {
        "AlertThresholds",
        "ApiRight",
        "ClusterAccess",
        "DockerPlatform",
        "Egress",
        "Front",
        "HostPath",
        "KubernetesPlatform",
        "Login",
        "OnePerNode",
        "Platform",
        "Replicas",
        "Requests",
        "Resources",
        "Subscription",
        "ThanosResources",
        "Workload",
        "Toleration",
        "ZoneQuota",
        "ZoneSpec",
    }
)


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A part of the page: modules of the checkout, as a glob below its root."""

    title: str
    modules: tuple[str, ...]


CHAPTERS = (
    Chapter(
        title="Planes",
        modules=(
            "components/data_plane.py",
            "components/application.py",
            "components/egress.py",
            "components/control_plane.py",
            "components/resources.py",
            "components/front.py",
            "config/packs/alerts.py",
        ),
    ),
    Chapter(
        title="Workloads",
        modules=(
            "components/workload.py",
            "components/placement.py",
            "components/rights.py",
            "components/host_path.py",
        ),
    ),
    Chapter(title="Docker", modules=("infra/platforms/docker/platform.py",)),
    Chapter(
        title="Kubernetes",
        modules=(
            "infra/platforms/kubernetes/platform.py",
            "infra/platforms/kubernetes/args.py",
            "infra/platforms/kubernetes/access.py",
            "components/toleration.py",
        ),
    ),
    Chapter(title="AWS", modules=("components/aws/*.py",)),
    Chapter(title="A platform of your own", modules=("components/platform.py",)),
)


def render() -> str:
    """Render the page."""
    template = _TEMPLATE.read_text(encoding="utf-8")
    assert template.count(_MARK) == 1, f"{_TEMPLATE} must hold {_MARK.strip()} once"  # noqa: S101  a template of ours
    return template.replace(_MARK, "\n".join(text for chapter in CHAPTERS for text in _chapter(chapter)))


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.title}\n"
    for pattern in chapter.modules:
        for file in sorted(_ROOT.glob(pattern)):
            module = ".".join(("planewatch", *file.relative_to(_ROOT).with_suffix("").parts))
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and is_public(node):
                    yield _class(module, node)


def is_public(node: ast.ClassDef) -> bool:
    """Return whether programs name this class: a component, its arguments, or what these are made of."""
    is_component = any(ast.unparse(base) == _COMPONENT for base in node.bases)
    named = node.name.endswith(_ARGUMENTS) or node.name in _ALSO
    return (is_component or named) and not node.name.startswith("_")


def _class(module: str, node: ast.ClassDef) -> str:
    said = Docstring.of(node)
    parts = [f"### `{node.name}`\n", f"`from {module} import {node.name}`\n"]
    if constructor := _method(node, "__init__"):
        parts.append(f"```python\n{_signature(node.name, constructor)}\n```\n")
    parts.append(f"{said.text}\n")
    if attributes := [item for item in node.body if isinstance(item, ast.AnnAssign)]:
        parts.append(_attributes(attributes, said, is_arguments=constructor is None))
    if node.name == "Platform":
        parts.append("".join(f"{_described(item)}\n" for item in node.body if isinstance(item, ast.FunctionDef)))
    return "\n".join(parts)


def _method(node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == name), None)


def _attributes(items: list[ast.AnnAssign], said: Docstring, *, is_arguments: bool) -> str:
    """Return the table of fields: with their defaults for arguments, else as outputs."""
    meanings = said.attributes
    heads = [
        "argument" if is_arguments else "output",
        "type",
        *(["default"] if is_arguments else []),
        *(["meaning"] if meanings else []),
    ]
    rows = []
    for item in items:
        name = ast.unparse(item.target)
        cells = [f"`{name}`", f"`{ast.unparse(item.annotation)}`".replace("|", "\\|")]
        if is_arguments:
            cells.append(_default(item.value))
        if meanings:
            cells.append(meanings.get(name, ""))
        rows.append(f"| {' | '.join(cells)} |\n")
    return f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n{''.join(rows)}"


def _default(value: ast.expr | None) -> str:
    if value is None:
        return "required"
    text = ast.unparse(value)
    # A default that is made anew for each object is what its factory makes of nothing.
    if made := _FACTORY.fullmatch(text):
        text = {"dict": "{}", "list": "[]"}.get(made[1], f"{made[1]}()")
    return f"`{text}`"


def _described(node: ast.FunctionDef) -> str:
    is_property = any(ast.unparse(each) == "property" for each in node.decorator_list)
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    text = f"{node.name}{returns}" if is_property else _signature(node.name, node) + returns
    return f"- `{' '.join(text.split())}`: {Docstring.of(node).text}"


def _signature(name: str, node: ast.FunctionDef) -> str:
    arguments = ast.parse(ast.unparse(node)).body[0]
    assert isinstance(arguments, ast.FunctionDef)  # noqa: S101  parsed from one
    arguments.args.args = arguments.args.args[1:]
    return f"{name}({ast.unparse(arguments.args)})"
