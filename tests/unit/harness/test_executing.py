"""What a command in a container says arrives, also where the engine sends it in one piece with the headers."""

import socketserver
import struct
import threading
from collections.abc import Iterator

import docker
import pytest

from tests.harness.executing import execute

_SAID = "  sl  local_address rem_address\n"
_JSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}"


class _Engine(socketserver.StreamRequestHandler):
    """The bytes that an engine sends for a command that is created, started and looked at."""

    def handle(self) -> None:
        while line := self.rfile.readline().decode():
            headers = {}
            while header := self.rfile.readline().decode().strip():
                name, _, value = header.partition(": ")
                headers[name.lower()] = value
            self.rfile.read(int(headers.get("content-length", 0)))
            path = line.split()[1]
            if path.endswith("/start"):
                upgraded = headers.get("connection") == "Upgrade"
                head = "101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp" if upgraded else "200 OK"
                frames = b"".join(
                    struct.pack(">BxxxL", stream, len(text)) + text for stream, text in ((1, _SAID.encode()), (2, b"!"))
                )
                # In one call, and so in one segment.
                self.wfile.write(f"HTTP/1.1 {head}\r\nContent-Type: x\r\n\r\n".encode() + frames)
                return
            answer = '{"ExitCode": 3}' if line.startswith("GET") else '{"Id": "e"}'
            self.wfile.write(_JSON.format(len(answer), answer).encode())


@pytest.fixture
def api() -> Iterator[docker.APIClient]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Engine) as server:
        threading.Thread(target=server.serve_forever).start()
        client = docker.APIClient(base_url=f"tcp://127.0.0.1:{server.server_address[1]}", version="1.41")
        yield client
        client.close()
        server.shutdown()


def test_nothing_is_lost_that_comes_with_the_headers(api: docker.APIClient) -> None:
    assert execute(api, "some", "cat", "/proc/net/tcp") == (3, f"{_SAID}!")
