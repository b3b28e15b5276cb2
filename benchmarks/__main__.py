"""`python -m benchmarks`, as `make bench` runs it."""

from benchmarks.cli import app

app()
