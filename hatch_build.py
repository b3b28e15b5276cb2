"""Builds the wheel: what other programs use of this project, under the one import name ``planewatch``.

In a checkout the packages lie at the top level. In somebody else's environment names like ``config`` would collide, so
the wheel holds them as ``planewatch.config`` and so on, with their imports of one another rewritten. Commands, policies
and apps work in a checkout only and are not in the wheel.
"""

import ast
import re
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "planewatch"
PACKAGES = ("components", "config", "infra")
# The program of a checkout: it reads stack files that only a checkout has.
_LEFT_OUT = ("infra/__main__.py",)
_INIT = f'"""Planes of an observability platform as Pulumi components; start with ``{NAME}.components``."""\n'


class OneName(BuildHookInterface):  # type: ignore[type-arg]  # hatchling is typed only where it is installed
    """Puts the packages into the wheel under one name."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the rewritten packages to a wheel; an editable install stays as the checkout is."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        target = Path(self._folder.name) / NAME
        write_packages(Path(self.root), target)
        build_data["force_include"][str(target)] = NAME
        # The command belongs to a checkout: installed from the wheel its script would find nothing to import.
        self.metadata.core.scripts.clear()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was written for the wheel."""
        del build_data, artifact_path
        if version != "editable":
            self._folder.cleanup()


def write_packages(root: Path, target: Path) -> None:
    """Write the packages of the checkout at ``root`` below ``target``, each module with its imports rewritten."""
    target.mkdir()
    (target / "__init__.py").write_text(_INIT)
    (target / "py.typed").touch()
    for package in PACKAGES:
        for source in sorted((root / package).rglob("*.py")):
            where = source.relative_to(root)
            if where.as_posix() not in _LEFT_OUT:
                (target / where).parent.mkdir(parents=True, exist_ok=True)
                (target / where).write_text(rewritten(source.read_text(), where.as_posix()))
    for folder in [path.parent for path in target.rglob("*.py")]:
        (folder / "__init__.py").touch()


def rewritten(text: str, where: str) -> str:
    """Return a module's text with imports from `PACKAGES` made imports from below `NAME`.

    Raises ValueError for ``import config.text``, which binds the first name only.
    """
    lines = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] in PACKAGES for alias in node.names):
            raise ValueError(f"{where}:{node.lineno}: write `from … import …` for a package of the wheel")
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] in PACKAGES:
            # A column counts bytes; before an import there are only spaces.
            line = lines[node.lineno - 1]
            changed = re.sub(r"from\s+", f"from {NAME}.", line[node.col_offset :], count=1)
            lines[node.lineno - 1] = line[: node.col_offset] + changed
    return "".join(lines)
