"""The kernel's table of sockets, as ``/proc/net/tcp`` shows it."""

_LISTEN = "0A"
# 127.x.y.z is written backwards, ::1 as four words of which each is.
_LOOPBACK_ENDS = {"tcp": "7F", "tcp6": "00000000000000000000000001000000"}


def listening(tables: dict[str, str]) -> frozenset[int]:
    """Return the ports on which somebody listens for others; ``tables``: ``tcp`` and ``tcp6`` → the file's text."""
    found = set()
    for table, text in tables.items():
        for row in text.splitlines()[1:]:
            _, local, _, state, *_ = row.split()
            address, _, port = local.partition(":")
            if state == _LISTEN and not address.endswith(_LOOPBACK_ENDS[table]):
                found.add(int(port, 16))
    return frozenset(found)
