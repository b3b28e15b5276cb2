"""Which prerequisites this machine has, from where and in which version. Changes nothing."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from config.images import APPS, CATALOGUE
from toolchain.obtain import engine, probes, proxies
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout
from toolchain.obtain.images import Images

# Compilers' cache, programs, images and a few days of metrics.
DISK_NEEDED = 8 * 1024**3
DISK_TIGHT = 15 * 1024**3


class State(StrEnum):
    """How a prerequisite stands."""

    THERE = "there"
    OBTAINABLE = "obtainable"
    OPTIONAL = "optional"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One prerequisite: `where` is a path, an address or an origin; `remedy` is empty when there is nothing to do."""

    name: str
    state: State
    version: str = ""
    where: str = ""
    remedy: str = ""


Examination = Callable[[Cache, Mapping[str, str]], Finding]


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """All findings; `exit_code` is 0 if `make up` could work on this machine."""

    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """Return 1 if anything is missing that `make up` can neither find nor obtain."""
        return int(any(finding.state is State.MISSING for finding in self.findings))

    def as_json(self) -> str:
        """Return the report as a JSON object: `ok` and the list `findings`."""
        return json.dumps({"ok": self.exit_code == 0, "findings": [asdict(one) for one in self.findings]}, indent=2)

    def show(self, console: Console) -> None:
        """Print the report as a table."""
        colours = {State.THERE: "green", State.OBTAINABLE: "cyan", State.OPTIONAL: "yellow", State.MISSING: "red"}
        table = Table(
            "prerequisite",
            "state",
            "version",
            Column("where, or what to do", overflow="fold"),
            box=None,
            pad_edge=False,
        )
        for one in self.findings:
            table.add_row(
                one.name,
                f"[{colours[one.state]}]{one.state}[/]",
                one.version,
                " · ".join(part for part in (one.where, one.remedy) if part),
            )
        console.print(table)
        verdict = "`make up` can run here" if self.exit_code == 0 else "`make up` cannot run here yet"
        console.print(f"\n{verdict}", style="green" if self.exit_code == 0 else "red")


def examine(root: Path, environ: Mapping[str, str] = os.environ, *, beside: Iterable[Examination] = ()) -> DoctorReport:
    """Check everything; `beside` are checks of parts that this wing does not know."""
    checkout = Checkout(Cache.of(environ), root.resolve())
    sources = probes.BuildSources.of(environ)
    findings = [
        *_basics(checkout),
        *_proxies(environ),
        *_builders(sources),
        *_pulumi(checkout, environ, sources),
        *_engine_and_images(checkout, environ, sources),
        *_test_tools(checkout, environ),
        *(look(checkout.cache, environ) for look in beside),
        _disk(checkout.cache),
    ]
    return DoctorReport(tuple(findings))


def _basics(checkout: Checkout) -> Iterable[Finding]:
    yield Finding(name="Python", state=State.THERE, version=sys.version.split()[0], where=sys.executable)
    for name in ("git", "make"):
        path, version = probes.program(name)
        state = State.THERE if path else State.MISSING
        yield Finding(name=name, state=state, version=version, where=path, remedy="" if path else f"install {name}")
    current = probes.venv_is_current(checkout.root)
    yield Finding(
        name="virtual environment",
        state=State.THERE if current else State.OBTAINABLE,
        where=str(checkout.root / ".venv"),
        remedy="" if current else "`make up` creates or updates it",
    )


def _proxies(environ: Mapping[str, str]) -> Iterable[Finding]:
    """Try each proxy that is named: what needs one fails by itself, with less to say about why."""
    besides = ", ".join(dict.fromkeys([*proxies.excepted(environ), *proxies.LOOPBACK]))
    for proxy in proxies.named(environ):
        fault = proxies.fault(proxy)
        yield Finding(
            name=f"proxy {proxy.variable}",
            state=State.OPTIONAL if fault else State.THERE,
            where=f"{proxy.shown}, for everything but {besides}",
            remedy=f"it {fault}; downloads, remote engines and clusters, and AWS need it: correct or unset the variable"
            if fault
            else "",
        )


def _builders(sources: probes.BuildSources) -> Iterable[Finding]:
    for name, version, fit, needed in (
        ("Go", sources.go, sources.go_fits, probes.GO_TEXT),
        ("Node", sources.node, sources.node_fits, probes.NODE_TEXT),
    ):
        remedy = "" if fit else f"needed only without internet: install {name} {needed} or newer"
        path = shutil.which(name.lower()) or ""
        yield Finding(
            name=name, state=State.THERE if fit else State.OPTIONAL, version=version, where=path, remedy=remedy
        )


def _pulumi(checkout: Checkout, environ: Mapping[str, str], sources: probes.BuildSources) -> Iterable[Finding]:
    found = probes.pulumi_cli(checkout, environ)
    obtainable = State.OBTAINABLE if sources.go_fits or sources.internet else State.MISSING
    how = "`make up` downloads it, or builds it with Go" if obtainable is State.OBTAINABLE else probes.NO_SOURCE
    for name, one in (
        ("Pulumi CLI", found.cli),
        ("Pulumi Python language host", found.language_host),
        ("Pulumi Docker plugin", found.docker_plugin),
    ):
        yield Finding(
            name=name,
            state=State.THERE if one.where else obtainable,
            version=one.version,
            where=one.where,
            remedy="" if one.where else how,
        )


def _engine_and_images(
    checkout: Checkout, environ: Mapping[str, str], sources: probes.BuildSources
) -> Iterable[Finding]:
    found, attempts = engine.find(checkout.cache, environ)
    if found is None:
        obstacle = engine.why_not_start(checkout.cache, environ, attempts)
        tried = "; ".join(f"{attempt.source}: {attempt.result}" for attempt in attempts)
        yield Finding(
            name="Docker engine",
            state=State.OBTAINABLE if obstacle is None else State.MISSING,
            where=tried,
            remedy=obstacle or "`make up` installs the distribution's engine and starts it",
        )
        return
    where = f"{found.host} ({found.origin}, {found.architecture})"
    yield Finding(name="Docker engine", state=State.THERE, version=found.version, where=where)
    with closing(found.client()) as client:
        images = Images(checkout.cache, found, client)
        for image in CATALOGUE:
            origin = images.origin(image)
            yield Finding(
                name=f"image {image.reference}",
                state=State.THERE if origin else State.OBTAINABLE,
                version=image.version,
                where=origin or "",
                remedy="" if origin else "`make up` pulls or builds it",
            )
    for app in APPS:
        context = checkout.root / app.context
        if not context.is_dir():
            continue
        ready = probes.context_is_ready(context)
        web = (context / "web").is_dir()
        possible = sources.internet or sources.node_fits or not web
        yield Finding(
            name=f"build context {app.context}",
            state=State.THERE if ready else State.OBTAINABLE if possible else State.MISSING,
            where=str(context) if ready else "",
            remedy="" if ready else "`make up` prepares it" if possible else probes.NO_SOURCE,
        )


def _test_tools(checkout: Checkout, environ: Mapping[str, str]) -> Iterable[Finding]:
    for name in ("promtool", "amtool", "otelcol-contrib"):
        path, version = probes.tool(name, checkout, environ)
        remedy = "" if path else "needed only for `make test`, which obtains it"
        state = State.THERE if path else State.OPTIONAL
        yield Finding(name=name, state=state, version=version, where=path, remedy=remedy)
    path, version = probes.chromium()
    remedy = "" if path else "needed only for `make test`, which installs it if allowed"
    state = State.THERE if path else State.OPTIONAL
    yield Finding(name="Chromium", state=state, version=version, where=path, remedy=remedy)


def _disk(cache: Cache) -> Finding:
    place = next(folder for folder in (cache.root, *cache.root.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    state = State.THERE if free >= DISK_TIGHT else State.OPTIONAL if free >= DISK_NEEDED else State.MISSING
    return Finding(
        name="disk space",
        state=state,
        version=f"{free / 1024**3:.0f} GiB free",
        where=str(cache.root),
        remedy=""
        if free >= DISK_TIGHT
        else f"{DISK_TIGHT // 1024**3} GiB are comfortable; set PLANEWATCH_CACHE to move it",
    )
