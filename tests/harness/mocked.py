"""The SDK's mocks, for tests that look at what is declared without an engine."""

import pulumi


def use_mocks(mocks: pulumi.runtime.Mocks) -> None:
    """Let the stack `sample` be declared to ``mocks``."""
    pulumi.runtime.set_mocks(mocks, project="planewatch", stack="sample", preview=False)
