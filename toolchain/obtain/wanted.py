"""Which parts each command needs, and obtaining them in an order in which each finds what it builds on."""

import os
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from enum import Enum
from pathlib import Path

from config.images import ALERTMANAGER, APPS, CATALOGUE, COLLECTOR, CONSOLE, PROMETHEUS, Image
from toolchain.obtain import apps, engine, process, pulumi, tools
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout, Ready, with_environment
from toolchain.obtain.images import Images
from toolchain.obtain.sources import Internet
from toolchain.obtain.stages import Report


class Part(Enum):
    """Something that a command may need."""

    CLI = "Pulumi CLI and plugins"
    ENGINE = "Docker engine"
    IMAGES = "third-party images"
    APPS = "build contexts of our own apps"
    TOOLS = "promtool, amtool and collector as programs"
    BROWSER = "Chromium"
    WEB = "packages for the web page's tests"


PREVIEW = frozenset({Part.CLI, Part.ENGINE})
UP = PREVIEW | {Part.IMAGES, Part.APPS}
TEST = UP | {Part.TOOLS, Part.BROWSER, Part.WEB}
_NEED_ENGINE = frozenset({Part.ENGINE, Part.IMAGES, Part.APPS, Part.TOOLS})


def ensure(
    wanted: Iterable[Part],
    *,
    root: Path,
    report: Report | None = None,
    images: Iterable[Image] = CATALOGUE,
    environ: Mapping[str, str] = os.environ,
) -> Ready:
    """Obtain every wanted part; `images` replaces the catalogue where a stack overrides references."""
    parts = frozenset(wanted)
    shown = report or Report()
    checkout = Checkout(Cache.of(environ), root.resolve())
    ready = checkout.recall()
    with process.terminable():
        if parts & _NEED_ENGINE:
            ready = _with_engine(parts, ready, checkout, shown, images=tuple(images), environ=environ)
        if Part.CLI in parts:
            with shown.stage("Pulumi CLI") as stage:
                cli = pulumi.ensure(checkout, environ, Internet.of_process(), stage)
            ready = replace(
                ready,
                pulumi=str(cli.program),
                pulumi_version=cli.version,
                pulumi_origin=cli.origin,
                pulumi_home=str(cli.home),
                stand_in=pulumi.docker_plugin_origin(cli.home) != "official",
                bin_dirs=_bin_dirs(cli, ready.bin_dirs),
            )
        if Part.BROWSER in parts:
            with shown.stage("Chromium") as stage:
                tools.ensure_chromium(checkout.cache, environ, stage)
        if Part.WEB in parts:
            with shown.stage("web packages") as stage:
                tools.web_packages(checkout.root / CONSOLE.context / "web", checkout.cache, stage)
    checkout.remember(ready)
    return with_environment(ready, checkout, environ)


def _with_engine(
    parts: frozenset[Part],
    ready: Ready,
    checkout: Checkout,
    shown: Report,
    *,
    images: tuple[Image, ...],
    environ: Mapping[str, str],
) -> Ready:
    """Obtain the engine and what lives in it."""
    cache = checkout.cache
    with shown.stage("Docker engine") as stage:
        found = engine.ensure(cache, environ, note=stage.note)
        stage.result(f"{found.version} at {found.host} ({found.origin})")
    # Remembered only where plain tools would not find it: neither in the usual place nor by the user's own variable.
    usual = found.host == f"unix://{engine.DEFAULT_SOCKET}" or bool(environ.get("DOCKER_HOST"))
    ready = replace(ready, docker_host="" if usual else found.host)
    with closing(found.client()) as client:
        if Part.IMAGES in parts:
            obtaining = Images(cache, found, client, offline=Internet.of_process().obstacle is not None)
            for image in images:
                with shown.stage(f"image {image.reference}") as stage:
                    obtaining.ensure(image, stage)
        if Part.APPS in parts:
            for app in APPS:
                with shown.stage(f"app {app.name}") as stage:
                    apps.prepare(app, checkout.root, cache, found, stage)
        if Part.TOOLS in parts:
            for image in (PROMETHEUS, ALERTMANAGER, COLLECTOR):
                with shown.stage(f"programs of {image.name}") as stage:
                    folder = tools.programs(image, cache, client, stage)
                others = tuple(one for one in ready.bin_dirs if f"/{image.name}-" not in one)
                ready = replace(ready, bin_dirs=(*others, str(folder)))
    return ready


def _bin_dirs(cli: pulumi.Cli, others: tuple[str, ...]) -> tuple[str, ...]:
    """Put the CLI's folder first unless PATH leads to it already; an earlier CLI's folder goes."""
    kept = tuple(one for one in others if not (Path(one) / "pulumi").exists())
    return kept if cli.origin == "on PATH" else (str(cli.program.parent), *kept)
