"""Figures that a run measures, shown at its end."""

from dataclasses import dataclass, field

import pytest


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Name → measured values with their unit."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str) -> None:
        """Note one measurement."""
        self.values.setdefault(name, []).append(f"{value:.2f} {unit}")

    def show(self, terminal: pytest.TerminalReporter) -> None:
        """Write all figures."""
        if self.values:
            terminal.section("measured")
        for name, values in self.values.items():
            terminal.line(f"{name}: {', '.join(values)}")
