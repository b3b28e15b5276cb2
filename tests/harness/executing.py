"""Running a command inside a container, without losing what it says."""

import struct

from docker import APIClient

# A frame of the engine's stream: which output (1 byte), nothing (3 bytes), how long (4 bytes).
_FRAME = ">BxxxL"


def execute(api: APIClient, container: str, *command: str) -> tuple[int, str]:
    """Run a command inside a container; returns its exit code and what it said on both streams.

    The client's own ``exec_start`` loses output that arrives together with the response's headers (docker-py issue
    3332): it asks for an upgraded connection, and then reads past the buffer of the response. Without the upgrade the
    output is the body of an ordinary response.
    """
    started = api.exec_create(container, list(command))["Id"]
    url = f"{api.base_url}/v{api.api_version}/exec/{started}/start"
    answer = api.post(url, json={"Detach": False, "Tty": False})
    answer.raise_for_status()
    return int(api.exec_inspect(started)["ExitCode"]), _text(answer.content)


def _text(stream: bytes) -> str:
    parts, at = [], 0
    while at < len(stream):
        _, length = struct.unpack_from(_FRAME, stream, at)
        at += struct.calcsize(_FRAME)
        parts.append(stream[at : at + length])
        at += length
    return b"".join(parts).decode(errors="replace")
