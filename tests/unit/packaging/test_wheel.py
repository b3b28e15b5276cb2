"""Installed in an environment that is not ours, the project is one name."""

import json

import pytest

from hatch_build import NAME, PACKAGES, rewritten
from tests.harness.foreign import ForeignEnvironment

_IMPORT_ALL = """
import importlib, json, pkgutil, sys
import planewatch
found = [each.name for each in pkgutil.walk_packages(planewatch.__path__, "planewatch.")]
for name in found:
    importlib.import_module(name)
print(json.dumps({"found": found, "loaded": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> ForeignEnvironment:
    folder = tmp_path_factory.mktemp("foreign")
    return ForeignEnvironment.make(folder / "venv", folder)


def test_exactly_one_name_arrives(foreign: ForeignEnvironment) -> None:
    names = {name for name in foreign.brought if not name.endswith(".dist-info")}
    assert names == {NAME}


def test_no_command_arrives_that_would_find_nothing(foreign: ForeignEnvironment) -> None:
    assert not (foreign.folder / "bin" / "planewatch").exists()


def test_everything_in_it_imports_without_the_checkout(foreign: ForeignEnvironment) -> None:
    seen = json.loads(foreign.run(_IMPORT_ALL))
    assert {f"{NAME}.{package}" for package in PACKAGES} <= set(seen["found"])
    assert f"{NAME}.components.data_plane" in seen["found"]
    assert f"{NAME}.infra.platforms.docker.platform" in seen["found"]
    assert not {*PACKAGES, "delivery", "policies", "toolchain", "apps", "tests"} & set(seen["loaded"])


def test_only_imports_of_the_packages_are_rewritten() -> None:
    text = '"""Taken\nfrom config."""\nfrom config.images import (\n    Image,\n)\nfrom configparser import x\n'
    assert rewritten(text, "m.py") == text.replace("\nfrom config.images", f"\nfrom {NAME}.config.images")
    inside = "def late() -> None:\n    from infra.images import resolve  # later\n"
    assert rewritten(inside, "m.py") == inside.replace("from infra", f"from {NAME}.infra")


def test_an_import_that_cannot_be_rewritten_ends_the_build() -> None:
    with pytest.raises(ValueError, match=r"components/m\.py:2: write `from … import …`"):
        rewritten("import os\nimport config.text\n", "components/m.py")
