"""Zero-code agents of Python, Node and Java, pinned with hashes; each beside what an application of its language needs.

None of it is needed by anything but their tests, which are skipped where a registry does not answer.
"""

import hashlib
import re
import shutil
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolchain.obtain import node, process
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.python_index import install_command

_ROOT = Path(__file__).parents[2]
_NODE = _ROOT / "tests" / "unit" / "zero_code" / "node"
_NODE_FILES = ("package.json", "package-lock.json")
_JAVA_AGENT = "io.opentelemetry.javaagent:opentelemetry-javaagent:2.31.1"
_JAVA_SHA256 = "bbf83c151b6400709e2f225bdd07a04f839d9d13b8b93464241333fd25d3e3ba"
# Maven fetches a plugin first: 38 s here.
_JAVA_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The agent for ``language``, whose ``programs`` run it.

    ``build`` puts it into an empty folder, with a log beside; it raises `UnavailableError` if it cannot.
    """

    language: str
    made_of: tuple[bytes | str, ...]
    build: Callable[[Path, Path], None]
    programs: tuple[str, ...] = ()

    def usable(self, cache: Cache) -> bool:
        """Tell whether the agent is there, and can run here."""
        return not self._lacking and cache.find(self._kind, key(*self.made_of)) is not None

    def ensure(self, cache: Cache, note: Callable[[str], None] = lambda _: None) -> Path:
        """Return the agent's folder, filling it when it is not there yet; raises `UnavailableError`."""
        if self._lacking:
            raise UnavailableError(f"{' and '.join(self._lacking)} not on PATH")

        def build(folder: Path) -> None:
            note(f"fetching what is pinned for {self.language}")
            self.build(folder, cache.log(self._kind))

        return cache.make(self._kind, key(*self.made_of), build, note=note)

    @property
    def _lacking(self) -> list[str]:
        return [name for name in self.programs if shutil.which(name) is None]

    @property
    def _kind(self) -> str:
        return f"zero-code-{re.sub('[^a-z]+', '-', self.language.lower())}"


def _python(language: str, pins: Path) -> Agent:
    def build(folder: Path, log: Path) -> None:
        venv.create(folder, symlinks=True)
        command, environ = install_command(Path(sys.executable), folder / "bin" / "python")
        process.run([*command, "--no-deps", "--require-hashes", "-r", str(pins)], env=environ, log=log)

    return Agent(language=language, made_of=(pins.read_bytes(), sys.version), build=build)


def _on_node(folder: Path, log: Path) -> None:
    for name in _NODE_FILES:
        shutil.copyfile(_NODE / name, folder / name)
    node.install(folder, log)


def _java(folder: Path, log: Path) -> None:
    command = ["mvn", "--batch-mode", "--quiet", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"]
    process.run([*command, f"-Dartifact={_JAVA_AGENT}", f"-DoutputDirectory={folder}"], log=log, timeout=_JAVA_SECONDS)
    (jar,) = folder.glob("*.jar")
    found = hashlib.sha256(jar.read_bytes()).hexdigest()
    if found != _JAVA_SHA256:
        raise UnavailableError(f"{jar.name} must have checksum {_JAVA_SHA256} (got {found}); not used")
    jar.rename(folder / "agent.jar")


PYTHON = _python("Python", _ROOT / "requirements" / "zero-code.txt")
OLDER_PYTHON = _python("Python, older", _ROOT / "requirements" / "zero-code-older.txt")
NODE = Agent(
    language="Node",
    made_of=tuple((_NODE / name).read_bytes() for name in _NODE_FILES),
    build=_on_node,
    programs=("node", "npm"),
)
JAVA = Agent(language="Java", made_of=(_JAVA_AGENT, _JAVA_SHA256), build=_java, programs=("java", "javac", "mvn"))
EVERY = (PYTHON, OLDER_PYTHON, NODE, JAVA)
