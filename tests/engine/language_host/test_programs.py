"""What a program's author sees of the language host."""

import signal
import sys
import time

import pytest

from tests.harness.projects import Project

pytestmark = pytest.mark.engine


def test_outputs_configuration_and_prints(project: Project) -> None:
    project.program("""
        import os, sys
        config = pulumi.Config()
        print("said by the program")
        pulumi.export("word", config.require("word"))
        pulumi.export("hidden", config.require_secret("hidden"))
        pulumi.export("folder", os.path.basename(os.getcwd()))
        pulumi.export("stack", f"{pulumi.get_project()}/{pulumi.get_stack()}/{pulumi.runtime.is_dry_run()}")
        pulumi.export("root", os.path.basename(pulumi.get_root_directory()))
        """)
    project.run("config", "set", "word", "hello")
    project.run("config", "set", "--secret", "hidden", "k9-secret")
    output = project.up()
    assert "said by the program" in output
    assert "warning" not in output
    assert "k9-secret" not in output
    assert project.state()["plug-s"]["outputs"] | {"hidden": ""} == {
        "word": "hello",
        "hidden": "",
        "folder": "infra",
        "stack": "plug/s/False",
        "root": "project",
    }
    assert "k9-secret" not in project.state_text()
    project.unchanged()


def test_modules_beside_the_program_are_found_and_the_folder_above_is_not(project: Project) -> None:
    (project.folder / "infra" / "beside.py").write_text("WORD = 'found'\n")
    (project.folder / "above.py").write_text("")
    project.up("""
        import importlib.util
        import beside
        pulumi.export("found", [beside.WORD, importlib.util.find_spec("above") is None])
        """)
    assert project.state()["plug-s"]["outputs"]["found"] == ["found", True]


def test_a_run_error_is_shown_without_traceback(project: Project) -> None:
    project.program('raise pulumi.RunError("stacks/Pulumi.s.yaml: planes: none given")')
    output = project.run("preview", fails=True)
    assert "error: stacks/Pulumi.s.yaml: planes: none given" in output
    assert "Traceback" not in output
    assert "exit code" not in output


def test_an_exception_shows_the_program_s_own_frames_only(project: Project) -> None:
    project.program("""
        def fail():
            raise ValueError("broken here")

        fail()
        """)
    output = project.run("preview", fails=True)
    assert "ValueError: broken here" in output
    assert "infra/__main__.py" in output
    assert "language_program.py" not in output
    assert "runpy" not in output


def test_an_exception_in_an_apply_fails_the_program(project: Project) -> None:
    project.program('pulumi.export("x", pulumi.Output.from_input(1).apply(lambda value: value / 0))')
    assert "ZeroDivisionError" in project.run("preview", fails=True)


def test_a_syntax_error_names_its_place(project: Project) -> None:
    project.program("x = = 1")
    output = project.run("preview", fails=True)
    assert "SyntaxError" in output
    assert "infra/__main__.py" in output


@pytest.mark.parametrize(("statement", "fails"), [("sys.exit(0)", False), ("sys.exit(3)", True)])
def test_a_program_may_exit(project: Project, statement: str, fails: bool) -> None:
    project.program(f"import sys\npulumi.export('x', 1)\n{statement}")
    output = project.run("preview", fails=fails)
    assert ("program exited with non-zero exit code: 3" in output) == fails


def test_a_large_output_passes(project: Project) -> None:
    # 6 MB: more than gRPC's own limit of 4 MiB.
    project.up('pulumi.export("large", "0123456789" * 600_000)')
    assert len(project.state()["plug-s"]["outputs"]["large"]) == 6_000_000


def test_a_hanging_program_ends_with_an_interrupt(project: Project) -> None:
    project.program("""
        import time
        print("hanging now", flush=True)
        time.sleep(600)
        """)
    with project.start("preview") as process:
        assert process.stdout
        started = time.monotonic()
        for line in process.stdout:
            if "hanging now" in line:
                break
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=60)[0]
    assert process.returncode != 0
    assert "Traceback" not in output
    assert time.monotonic() - started < 60


def test_another_virtual_environment_is_not_passed_over(project: Project) -> None:
    definition = "name: plug\nmain: infra\nruntime:\n  name: python\n  options:\n    virtualenv: FOLDER\n"
    (project.folder / "venv").mkdir()
    (project.folder / "Pulumi.yaml").write_text(definition.replace("FOLDER", "venv"))
    assert "runtime option virtualenv names" in project.run("preview", fails=True)
    (project.folder / "Pulumi.yaml").write_text(definition.replace("FOLDER", sys.prefix))
    project.run("preview")


def test_the_command_line_knows_the_host(project: Project) -> None:
    output = project.run("about")
    assert "This project is written in python" in output
    assert "pulumi_docker" in output
    output = project.run("plugin", "ls")
    assert "docker" in output
    assert "5.2.0" in output
    assert "make up" in project.run("install")
