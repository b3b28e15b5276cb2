"""Puts the stand-in plugins where the Pulumi engine looks for them."""

import shlex
from collections.abc import Iterable
from pathlib import Path

# The versions the pinned SDKs ask for; the engine looks for exactly these folders.
DOCKER_VERSION = "5.2.0"
KUBERNETES_VERSION = "4.34.2"
AWS_VERSION = "7.51.1"
STAND_INS = {"docker": DOCKER_VERSION, "kubernetes": KUBERNETES_VERSION, "aws": AWS_VERSION}
# Started by name: this wing imports no other.
_MODULES = {
    "docker": "toolchain.standins.docker",
    "kubernetes": "toolchain.standins.kubernetes",
    "aws": "toolchain.simulated_aws.plugin",
}

# Modules, separated by spaces, that our language host imports while policy packs start. Importing them must ask for no
# settings, which a program gets only when it runs; so whoever starts the engine names them.
IMPORT_AHEAD = "PLANEWATCH_IMPORT_AHEAD"

# What keeps the engine from asking the network; whoever starts `pulumi` in a closed network sets these.
OFFLINE_ENVIRONMENT = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
}


def origin(pulumi_home: Path, name: str) -> str | None:
    """Return which plugin of our version a home has: official, stand-in or None."""
    folder = _folder(pulumi_home, name)
    if not folder.is_dir():
        return None
    program = folder / f"pulumi-resource-{name}"
    if not program.is_file():
        return "stand-in"
    return "stand-in" if _is_script(program) else "official"


def install(pulumi_home: Path, bin_dir: Path, python: Path, names: Iterable[str] = tuple(STAND_INS)) -> None:
    """Write the start scripts of the language host (beside the `pulumi` binary in `bin_dir`) and the named plugins.

    An official plugin that is there already stays. `python` is the interpreter that has this project and its
    dependencies installed; the programs run in it. Running it again changes nothing. Raises OSError when a folder
    cannot be written.
    """
    _script(bin_dir / "pulumi-language-python", python, "toolchain.standins.language")
    # Resources whose provider is Python of the program's own; the SDK brings the server, the official CLI this script.
    _script(bin_dir / "pulumi-resource-pulumi-python", python, "pulumi.dynamic")
    for name in names:
        if origin(pulumi_home, name) != "official":
            _script(_folder(pulumi_home, name) / f"pulumi-resource-{name}", python, _MODULES[name])


def programs(pulumi_home: Path, names: Iterable[str], *, language_in: Path | None) -> dict[str, Path]:
    """Return start scripts of ours by what lets the engine attach to the program: a variable, ``=``, and a name.

    The variable's value is that name, ``:`` and the program's port. What is official, or not installed, is left out.
    The language host is among them when the folder that has it is given.
    """
    found = {f"PULUMI_DEBUG_PROVIDERS={name}": _folder(pulumi_home, name) / f"pulumi-resource-{name}" for name in names}
    if language_in is not None:
        found["PULUMI_DEBUG_LANGUAGES=python"] = language_in / "pulumi-language-python"
    return {variable: path for variable, path in found.items() if path.is_file() and _is_script(path)}


def _folder(pulumi_home: Path, name: str) -> Path:
    return pulumi_home / "plugins" / f"resource-{name}-v{STAND_INS[name]}"


def _is_script(program: Path) -> bool:
    with program.open("rb") as file:
        return file.read(2) == b"#!"


def _script(path: Path, python: Path, module: str) -> None:
    # -u: the engine waits for the first line, the port. -P keeps the working directory off the module path: the engine
    # starts plugins inside the user's program.
    text = f'#!/bin/sh\nexec {shlex.quote(str(python.absolute()))} -u -P -m {module} "$@"\n'
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_text() == text:
        return
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(text)
    temporary.chmod(0o755)
    temporary.replace(path)
