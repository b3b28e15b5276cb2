"""Which parts each command needs, and obtaining them in an order in which each finds what it builds on."""

import os
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from enum import Enum
from pathlib import Path

from config.images import ALERTMANAGER, APPS, CATALOGUE, COLLECTOR, CONSOLE, PROMETHEUS, AppImage, Image
from toolchain.obtain import apps, engine, forecast, gobuild, makers, process, pulumi, tools
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout, Ready, with_environment
from toolchain.obtain.images import Images
from toolchain.obtain.schedule import Task, perform
from toolchain.obtain.sources import Internet
from toolchain.obtain.stages import Report, Stage


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
_ENGINE = "Docker engine"
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
    setting_up = SettingUp(parts, checkout, environ, tuple(images))
    if work := forecast.forecast(setting_up.recipes, checkout.cache):
        shown.console.print(work, soft_wrap=True)
    with process.terminable():
        perform(setting_up.tasks(), shown)
    ready = setting_up.ready(checkout.recall())
    checkout.remember(ready)
    return with_environment(ready, checkout, environ)


class SettingUp:
    """The tasks that obtain some parts, and what they found. Tasks run in threads; each writes a field of its own."""

    def __init__(
        self, parts: frozenset[Part], checkout: Checkout, environ: Mapping[str, str], images: tuple[Image, ...]
    ) -> None:
        self._parts = parts
        self._checkout = checkout
        self._environ = environ
        self._images = images if Part.IMAGES in parts else ()
        self._internet = Internet.of_process()
        self._engine: engine.Engine | None = None
        self._cli: pulumi.Cli | None = None
        self._programs: dict[str, Path] = {}

    @property
    def recipes(self) -> tuple[gobuild.Recipe, ...]:
        """What is built where nothing can be downloaded."""
        built = [makers.GO[image.name] for image in self._images if image.name in makers.GO]
        return (*([gobuild.PULUMI] if Part.CLI in self._parts else []), *built)

    def tasks(self) -> list[Task]:
        """List the tasks: what compiles waits for itself only (`gobuild` builds one thing at a time)."""
        tasks: list[Task] = []
        if Part.CLI in self._parts:
            tasks.append(Task(title="Pulumi CLI", work=self._obtain_cli))
        if self._parts & _NEED_ENGINE:
            tasks.append(Task(title=_ENGINE, work=self._obtain_engine))
            tasks += [self._image_task(image) for image in self._images]
        if Part.APPS in self._parts:
            tasks += [self._app_task(app) for app in APPS]
        if Part.TOOLS in self._parts:
            tasks += [self._programs_task(image) for image in (PROMETHEUS, ALERTMANAGER, COLLECTOR)]
        if Part.BROWSER in self._parts:
            # After the engine: both may be installed by the distribution's package tool, which works alone.
            after = (_ENGINE,) if self._parts & _NEED_ENGINE else ()
            cache, environ = self._checkout.cache, self._environ
            tasks.append(
                Task(title="Chromium", work=lambda s: _void(tools.ensure_chromium(cache, environ, s)), after=after)
            )
        if Part.WEB in self._parts:
            web = self._checkout.root / CONSOLE.context / "web"
            tasks.append(Task(title="web packages", work=lambda s: tools.web_packages(web, self._checkout.cache, s)))
        return tasks

    def ready(self, before: Ready) -> Ready:
        """Return what is to be remembered: what was there before, with what the tasks found."""
        ready = before
        if self._engine is not None:
            # Remembered only where plain tools would not find it: neither in the usual place nor by a variable.
            usual = self._engine.host == f"unix://{engine.DEFAULT_SOCKET}" or bool(self._environ.get("DOCKER_HOST"))
            ready = replace(ready, docker_host="" if usual else self._engine.host)
        for name, folder in self._programs.items():
            others = tuple(one for one in ready.bin_dirs if f"/{name}-" not in one)
            ready = replace(ready, bin_dirs=(*others, str(folder)))
        if self._cli is not None:
            ready = replace(
                ready,
                pulumi=str(self._cli.program),
                pulumi_version=self._cli.version,
                pulumi_origin=self._cli.origin,
                pulumi_home=str(self._cli.home),
                stand_in=pulumi.docker_plugin_origin(self._cli.home) != "official",
                bin_dirs=_bin_dirs(self._cli, ready.bin_dirs),
            )
        return ready

    def _obtain_cli(self, stage: Stage) -> None:
        self._cli = pulumi.ensure(self._checkout, self._environ, self._internet, stage)

    def _obtain_engine(self, stage: Stage) -> None:
        found = self._engine = engine.ensure(self._checkout.cache, self._environ, note=stage.note)
        stage.result(f"{found.version} at {found.host} ({found.origin})")

    @property
    def _found_engine(self) -> engine.Engine:
        if self._engine is None:
            raise RuntimeError("this task names the engine's in `after`")
        return self._engine

    def _image_task(self, image: Image) -> Task:
        def work(stage: Stage) -> None:
            # A client of its own: a connection is not for several threads.
            with closing(self._found_engine.client()) as client:
                offline = self._internet.obstacle is not None
                Images(self._checkout.cache, self._found_engine, client, offline=offline).ensure(image, stage)

        return Task(title=_of_image(image), work=work, after=(_ENGINE,))

    def _app_task(self, app: AppImage) -> Task:
        checkout = self._checkout
        return Task(
            title=f"app {app.name}",
            work=lambda stage: apps.prepare(app, checkout.root, checkout.cache, self._found_engine, stage),
            after=(_ENGINE,),
        )

    def _programs_task(self, image: Image) -> Task:
        def work(stage: Stage) -> None:
            with closing(self._found_engine.client()) as client:
                self._programs[image.name] = tools.programs(image, self._checkout.cache, client, stage)

        after = (_of_image(image),) if image in self._images else (_ENGINE,)
        return Task(title=f"programs of {image.name}", work=work, after=after)


def _of_image(image: Image) -> str:
    return f"image {image.reference}"


def _void(_result: object) -> None:
    """Drop a result that nobody needs."""


def _bin_dirs(cli: pulumi.Cli, others: tuple[str, ...]) -> tuple[str, ...]:
    """Put the CLI's folder first unless PATH leads to it already; an earlier CLI's folder goes."""
    kept = tuple(one for one in others if not (Path(one) / "pulumi").exists())
    return kept if cli.origin == "on PATH" else (str(cli.program.parent), *kept)
