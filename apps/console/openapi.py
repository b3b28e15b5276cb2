"""`python -m apps.console.openapi FILE`: write the OpenAPI document that the web app's types are generated from."""

import json
import sys
from pathlib import Path

from apps.console.app import create_app
from apps.console.settings import Settings


def document() -> str:
    """Return the OpenAPI document as JSON text; it depends on no setting."""
    app = create_app(Settings(prometheus_url="http://prometheus.invalid"))
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
