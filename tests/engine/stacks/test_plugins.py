"""A command's own plugins: started before the engine is, attached to by it, gone with the command."""

import os
import socket
from pathlib import Path

from delivery import plugins
from delivery.engine import Engine
from tests.harness.pulumi import ROOT, PulumiStack, stack_name
from tests.harness.settings import local_settings
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout


def test_our_plugins_answer_until_the_command_ends_and_only_under_its_environment(tmp_path: Path) -> None:
    stack = PulumiStack(name=stack_name("eng"), folder=tmp_path)
    stack.write(local_settings(["solo"]))
    engine = Engine(workspace=stack.workspace)
    environment = engine.environment() | engine.imported_ahead()
    checkout = Checkout(Cache.of(os.environ), ROOT)
    # Official plugins are the engine's to start.
    ours = {"PULUMI_DEBUG_LANGUAGES", "PULUMI_DEBUG_PROVIDERS"} if checkout.recall().pulumi_origin == "built" else set()
    with plugins.started(checkout, environment, platform=engine.platform, runs_program=True) as running:
        found = running.variables(dict(environment))
        assert set(found) == ours
        for value in found.values():
            socket.create_connection(("127.0.0.1", int(value.rpartition(":")[2])), timeout=10).close()
        assert running.variables(environment | {"DOCKER_HOST": "tcp://elsewhere"}) == {}
    assert [one.process.returncode for one in running.running] == [0] * len(ours)


def test_a_platform_whose_providers_are_configured_each_gets_none() -> None:
    checkout = Checkout(Cache.of(os.environ), ROOT)
    with plugins.started(checkout, os.environ, platform="kubernetes", runs_program=False) as running:
        assert running.running == ()
