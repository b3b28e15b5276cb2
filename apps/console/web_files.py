"""Serving the built single page app: hashed files for ever, the page itself always fresh."""

from http import HTTPStatus
from pathlib import Path

import anyio
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGE = "index.html"
IMMUTABLE = "public, max-age=31536000, immutable"


class WebFiles(StaticFiles):
    """The folder of the built app; a path that names no file and looks like none is the app's own: it gets the page.

    StaticFiles resolves every path (links too) and refuses what leaves the folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)

    async def check_config(self) -> None:
        """Raise 404 while there is no folder: the API works without the page, and reports what is missing."""
        if self.directory is None or not await anyio.Path(self.directory).is_dir():
            raise HTTPException(HTTPStatus.NOT_FOUND, "the page has not been built: WEB_ROOT is not a folder")
        await super().check_config()

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, the page, or raise 404."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != HTTPStatus.NOT_FOUND or not _is_page(path):
                raise
            response = await super().get_response(PAGE, scope)
        hashed = path.startswith("assets/")
        response.headers["Cache-Control"] = IMMUTABLE if hashed else "no-cache"
        return response


def _is_page(path: str) -> bool:
    first, last = Path(path).parts[:1], Path(path).name
    return first not in (("api",), ("assets",), ("prometheus",)) and "." not in last
