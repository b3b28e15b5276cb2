"""`python -m apps.console`: serve the console, with settings from the environment."""

import os
import sys

import uvicorn

from apps.console.app import create_app
from apps.console.settings import Settings, SettingsError


def main() -> int:
    """Serve until a signal ends it; a bad setting ends it at once with one line per bad value (exit code 2)."""
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    # Forwarded headers count only from proxies named here: else a client could choose the address it is limited by.
    proxies = os.environ.get("FORWARDED_ALLOW_IPS", "")
    uvicorn.run(
        create_app(settings),
        host="0.0.0.0",  # noqa: S104 - in a container; what is reachable is decided by the published port
        port=settings.port,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        server_header=False,
        timeout_graceful_shutdown=5,
        access_log=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
