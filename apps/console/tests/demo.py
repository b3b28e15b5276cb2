"""`python -m apps.console.tests.demo`: the console with three make-believe planes and a day of history."""

import sys
import tempfile
from pathlib import Path

import uvicorn

from apps.console.app import create_app
from apps.console.settings import Settings
from apps.console.tests.fake_planes import FakePlane
from apps.console.tests.store import running_store

WEB_ROOT = Path(__file__).parents[1] / "web" / "dist"


def three_planes() -> list[FakePlane]:
    """A calm one, a quick one and one with errors."""
    return [
        FakePlane(id="prod", environment="prod", rate=42, median=0.08, errors=0.004),
        FakePlane(id="dev", environment="dev", rate=6, median=0.03, errors=0.0),
        FakePlane(id="qa", environment="qa", rate=18, median=0.15, errors=0.08),
    ]


def main(port: int) -> None:
    """Serve on loopback until interrupted."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_store(Path(folder), three_planes(), past=True, scrape_seconds=10) as store,
    ):
        settings = Settings(
            prometheus_url=store.url, release="0.1.0", platform="docker", stack="demo", web_root=WEB_ROOT, port=port
        )
        uvicorn.run(create_app(settings), host="127.0.0.1", port=port, access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8080)
