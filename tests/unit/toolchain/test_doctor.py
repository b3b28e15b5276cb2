import io
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from rich.console import Console

from tests.harness.http_server import HttpServer
from tests.harness.ports import free_port
from toolchain.obtain.diagnosis import DoctorReport, Finding, State

ROOT = Path(__file__).parents[3]
PROGRAM = (
    "import os, sys; from pathlib import Path; import toolchain\n"
    "report = toolchain.doctor(Path(sys.argv[1])); print(report.as_json()); sys.exit(report.exit_code)"
)


def examine(tmp_path: Path, **environ: str) -> tuple[int, dict[str, dict[str, str]], set[str]]:
    """Run the doctor in a home of its own: exit code, findings by name, and every path that exists afterwards."""
    home = tmp_path / "home"
    root = tmp_path / "root"
    for folder in (home, root):
        folder.mkdir()
    clean = {"HOME": str(home), "PATH": os.environ["PATH"], "PLANEWATCH_OFFLINE": "1", **environ}
    clean["PLANEWATCH_CACHE"] = str(tmp_path / "cache")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, root], env=clean, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    paths = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert report["ok"] is (done.returncode == 0)
    return done.returncode, {one["name"]: one for one in report["findings"]}, paths


def test_it_changes_nothing_and_names_what_is_missing_with_a_remedy(tmp_path: Path) -> None:
    code, found, paths = examine(tmp_path, DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert paths == {"home", "root"}
    assert code == 1
    assert found["Docker engine"]["state"] == "missing"
    assert "does not exist" in found["Docker engine"]["where"]
    assert "DOCKER_HOST" in found["Docker engine"]["remedy"]
    assert found["Python"]["state"] == "there"
    assert found["virtual environment"]["state"] == "obtainable"


def test_without_go_and_internet_nothing_can_be_obtained(tmp_path: Path) -> None:
    """A PATH with nothing on it: every program is missing, and the doctor still answers."""
    (tmp_path / "empty").mkdir()
    code, found, _ = examine(tmp_path, PATH=str(tmp_path / "empty"), DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert code == 1
    assert {found[name]["state"] for name in ("git", "make", "Pulumi CLI", "Docker engine")} == {"missing"}
    assert found["Go"]["state"] == "optional"
    assert "needs internet, or Go" in found["Pulumi CLI"]["remedy"]


def test_each_proxy_is_named_without_its_login_and_tried(tmp_path: Path) -> None:
    port = free_port()
    with HttpServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        proxies = {
            "HTTP_PROXY": f"http://me:secret@127.0.0.1:{server.server_port}",
            "https_proxy": f"http://127.0.0.1:{port}",
            "NO_PROXY": ".corp.example",
        }
        _, found, _ = examine(tmp_path, DOCKER_HOST=f"unix://{tmp_path}/none.sock", **proxies)
        server.shutdown()
        thread.join()
    well, dead = found["proxy HTTP_PROXY"], found["proxy https_proxy"]
    excepted = "for everything but .corp.example, localhost, 127.0.0.1, ::1"
    assert (well["state"], well["remedy"]) == ("there", "")
    assert well["where"] == f"http://***@127.0.0.1:{server.server_port}, {excepted}"
    assert dead["state"] == "optional"
    assert dead["remedy"].startswith("it does not answer (Connection refused); downloads, ")


def test_only_what_is_missing_counts_for_the_exit_code() -> None:
    fine = [Finding(name=str(state), state=state) for state in State if state is not State.MISSING]
    assert DoctorReport(tuple(fine)).exit_code == 0
    assert DoctorReport((*fine, Finding(name="engine", state=State.MISSING))).exit_code == 1


def test_the_table_shows_every_finding_and_the_verdict() -> None:
    output = io.StringIO()
    finding = Finding(name="Docker engine", state=State.MISSING, remedy="start it")
    DoctorReport((finding,)).show(Console(file=output, width=120))
    assert "Docker engine" in output.getvalue()
    assert "start it" in output.getvalue()
    assert "cannot run here yet" in output.getvalue()
