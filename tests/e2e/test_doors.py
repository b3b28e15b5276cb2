"""What a web page in a browser on this machine can do with what Docker publishes here: nothing of its own."""

import httpx
import pytest

from tests.deployments.docker import DockerDeployment

PATHS = ("/", "/api/v1/health", "/api/v1/planes", "/healthz", "/readyz", "/api/openapi.json")
FOREIGN = ("attacker.example", "localhost.attacker.example", "127.0.0.1.attacker.example")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_whose_name_resolves_to_this_machine_reads_nothing_of_the_console(
    platform: DockerDeployment, path: str
) -> None:
    console = httpx.URL(platform.outputs.console_url)
    own = (f"{console.host}:{console.port}", f"localhost:{console.port}", platform.engine.name("control", "console"))
    with httpx.Client(base_url=console, trust_env=False) as client:
        found = {host: client.get(path, headers={"Host": host}).status_code for host in (*own, *FOREIGN)}
    assert found == dict.fromkeys(own, 200) | dict.fromkeys(FOREIGN, 421)


def test_a_page_of_another_origin_may_not_read_metrics(platform: DockerDeployment) -> None:
    url = f"{platform.outputs.query_url}/api/v1/query?query=up"
    for origin in ("https://attacker.example", "null", platform.outputs.console_url):
        answer = httpx.get(url, headers={"Origin": origin}, trust_env=False)
        assert (answer.status_code, answer.headers.get("access-control-allow-origin")) == (200, None), origin


def test_the_console_says_that_only_this_machine_reaches_it(platform: DockerDeployment) -> None:
    health = httpx.get(f"{platform.outputs.console_url}/api/v1/health", trust_env=False).json()
    assert (health["access"], health["authentication"]) == ("local", None)
    table = next(run.text for run in platform.stack.runs if " up " in run.command and run.code == 0)
    assert "has no login" not in table
