"""Policy packs run through the host and know the stack they judge."""

from pathlib import Path

import pytest

from tests.harness.projects import Project

pytestmark = pytest.mark.engine

PACK = """\
import pulumi
from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy


def judge(args, report):
    config = pulumi.Config("plug")
    word = config.get("word") or "nothing"
    report(f"{pulumi.get_project()}/{pulumi.get_stack()}: {word} {pulumi.runtime.is_dry_run()} {len(args.resources)}")


PolicyPack("pack", policies=[StackValidationPolicy("sees", "d", judge, enforcement_level=EnforcementLevel.LEVEL)])
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\n")
    return folder


def test_a_pack_sees_project_stack_and_configuration(project: Project, pack: Path) -> None:
    (pack / "__main__.py").write_text(PACK.replace("LEVEL", "ADVISORY"))
    project.run("config", "set", "word", "hello")
    output = project.run("preview", "--policy-pack", str(pack))
    assert "plug/s: hello True" in output
    assert "plug/s: hello False" in project.up(None, "--policy-pack", str(pack))


def test_a_mandatory_violation_stops_the_stack(project: Project, pack: Path) -> None:
    (pack / "__main__.py").write_text(PACK.replace("LEVEL", "MANDATORY"))
    assert "plug/s: nothing True" in project.run("preview", "--policy-pack", str(pack), fails=True)


def test_a_broken_pack_shows_why(project: Project, pack: Path) -> None:
    (pack / "__main__.py").write_text("raise ValueError('broken pack')\n")
    output = project.run("preview", "--policy-pack", str(pack), fails=True)
    assert "broken pack" in output


def test_a_plugin_written_in_python_runs_through_the_host(project: Project) -> None:
    # The engine starts a plugin folder with PulumiPlugin.yaml by the language host's RunPlugin.
    plugin = project.machine.home / "plugins" / "resource-plug-v1.0.0"
    plugin.mkdir(parents=True)
    (plugin / "PulumiPlugin.yaml").write_text("runtime: python\n")
    (plugin / "__main__.py").write_text("import sys\nsys.stderr.write('the plugin ran')\nsys.exit(7)\n")
    project.program("""
        class Thing(pulumi.CustomResource):
            def __init__(self):
                super().__init__("plug:index:Thing", "thing", {}, pulumi.ResourceOptions(version="1.0.0"))

        Thing()
        """)
    assert "the plugin ran" in project.run("preview", fails=True)
