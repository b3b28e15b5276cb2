"""Servers, scanners and schemas that only the tests need; `python -m tests.servers` obtains them all."""
