"""The web server of the tests' own services."""


def serving(port: int | str, folder: str) -> str:
    """Return the words of a shell that serve a folder and end when they are asked to.

    Alone in its container a process ignores SIGTERM unless it handles it, as BusyBox's server does not: each stop
    would last as long as it may, 30 s on a cluster.
    """
    return f"trap exit TERM; /bin/busybox httpd -f -p {port} -h {folder} & wait"
