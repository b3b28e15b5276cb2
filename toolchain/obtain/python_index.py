"""The command that installs Python packages: uv's, told where pip finds packages, or pip's.

Standard library only, and syntax that an old interpreter still reads: `bootstrap` uses it before anything is installed.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# pip's option → uv's variable, for options that mean the same in both.
VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
}
# uv reads these before ours; the first is the older name of UV_DEFAULT_INDEX.
_OLDER_NAMES = {"UV_DEFAULT_INDEX": ("UV_INDEX_URL",), "UV_INDEX": ("UV_EXTRA_INDEX_URL",)}
# Later ones win, as in pip: a command's section over the global one, the environment over files.
_SECTIONS = ("global", "install", ":env:")


def install_command(python: Path, target: Path | None = None) -> tuple[list[str], dict[str, str]]:
    """Return the start of a command that installs packages, and its variables.

    It is uv's where uv is installed beside `python`. Packages go into the environment of the interpreter `target`, by
    default `python` itself.
    """
    into = str(target or python)
    uv = python.with_name("uv")
    if not uv.exists():
        pip = [str(python), "-m", "pip", *(["--python", into] if target else []), "install"]
        return [*pip, "--disable-pip-version-check", "--no-input"], {}
    listing = [str(python), "-m", "pip", "config", "list"]
    configured = subprocess.run(listing, capture_output=True, text=True, check=False).stdout
    variables = {**compiling(os.environ), **uv_variables(configured, os.environ)}
    return [str(uv), "pip", "install", "--python", into, "--no-progress"], variables


def compiling(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that make uv compile packages on installation, as pip does, where Python keeps no bytecode.

    With PYTHONDONTWRITEBYTECODE set, every process would compile its libraries again: half of its CPU time.
    """
    if not sys.dont_write_bytecode or "UV_COMPILE_BYTECODE" in environ:
        return {}
    # Beside compilers of other programs it may take longer than the minute that uv would give it.
    return {"UV_COMPILE_BYTECODE": "1", "UV_COMPILE_BYTECODE_TIMEOUT": "600"}


def uv_variables(listing: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Translate the output of `pip config list` into variables for uv; what the user set for uv stays.

    A line of `listing` reads ``section.option='value'``; lists are separated by white space, as pip writes them.
    """
    found = {}
    for section in _SECTIONS:
        for line in listing.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(section + "."):
                found[name[len(section) + 1 :].replace("default-timeout", "timeout")] = _text(value)
    variables = {}
    for option, variable in VARIABLES.items():
        names = (variable, *_OLDER_NAMES.get(variable, ()))
        value = " ".join(found.get(option, "").split())
        if value and not any(environ.get(name) for name in names):
            variables[variable] = value
    return variables


def _text(value: str) -> str:
    try:
        return str(ast.literal_eval(value))
    except (ValueError, SyntaxError):
        return value
