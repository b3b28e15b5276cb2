"""Cases of the policies about what a container is made of and what it opens."""

from policies.anywhere import (
    console_has_login,
    container_environment_holds_no_secret,
    container_image_is_pinned,
)
from policies.docker import (
    container_mounts_no_engine_socket,
    container_publishes_on_chosen_address,
    remote_image_is_pinned,
)
from policies.docker_views import CONTAINER, NETWORK, REMOTE_IMAGE, VOLUME
from tests.policies.cases import Case
from tests.policies.samples import IMAGE_ID, UNKNOWN_LIST, UNKNOWN_TEXT, Props, hardened, resource, secret

NAME = "app.kubernetes.io/component"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
HTTP_ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"
_network = resource({"name": "n"}, NETWORK)

_image = container_image_is_pinned.POLICY
_pull = remote_image_is_pinned.POLICY
_socket = container_mounts_no_engine_socket.POLICY
_ports = container_publishes_on_chosen_address.POLICY
_login = console_has_login.POLICY
_secret = container_environment_holds_no_secret.POLICY


def _bind(path: str) -> Props:
    return hardened(mounts=[{"type": "bind", "source": path, "target": "/x"}])


def _port(**port: object) -> Props:
    return hardened(ports=[{"internal": 8000.0, **port}])


def _console(**port: object) -> Props:
    wanted = {"planewatch.data_plane_id": "control", "planewatch.role": "console"}
    return _port(**port) | {"labels": [{"label": label, "value": value} for label, value in wanted.items()]}


def _route(role: str, zone: str = "control") -> Props:
    wanted = {"app.kubernetes.io/part-of": "planewatch", "planewatch.dev/zone": zone, NAME: role}
    return {"metadata": {"name": role, "labels": wanted}}


_REFERENCES = {
    "id": (IMAGE_ID, None),
    "bare id": ("ab" * 32, None),
    "version": ("prom/prometheus:v3.5.0", None),
    "registry with port and version": ("registry.example:5000/team/api:1.2", None),
    "digest": ("prom/prometheus@" + IMAGE_ID, None),
    "version and digest": ("prom/prometheus:v3.5.0@" + IMAGE_ID, None),
    "no tag": ("prom/prometheus", "neither tag nor digest"),
    "registry with port only": ("registry.example:5000/api", "neither tag nor digest"),
    "latest": ("prom/prometheus:latest", "moving tag 'latest'"),
    "nightly": ("prom/prometheus:nightly", "moving tag 'nightly'"),
    "empty tag": ("prom/prometheus:", "neither tag nor digest"),
    "short digest": ("prom/prometheus@sha256:12", "malformed digest"),
}
_PATHS = {
    "socket": "/var/run/docker.sock",
    "linked socket": "/run/docker.sock",
    "detour": "/var/lib/../run/./docker.sock",
    "containerd": "/run/containerd/containerd.sock",
    "elsewhere": "/home/me/.colima/docker.sock",
    "folder": "/var/run",
    "root": "/",
    "var": "/var/",
    "folder of containerd": "/run/containerd",
    "pipe": "\\\\.\\pipe\\docker_engine",
}
# Each value would be recognizable in a message: the test looks for it.
SECRETS = {
    "name": "DB_PASSWORD=correct-horse",
    "pair in name": "AWS_SECRET_ACCESS_KEY=correct-horse",
    "camel case": "apiKey=correct-horse",
    "word in the middle": "GITHUB_TOKEN_DEPLOY=correct-horse",
    "URL": "DATABASE=postgres://me:correct-horse@db:5432/app",
    "URL without user": "CACHE=redis://:correct-horse@cache",
    "URL in a longer text": "PROXIES=a=b,http://me:correct-horse@proxy:3128",
    "URL in a name about URLs": "SECRET_URL=http://me:correct-horse@h",
    "header": "OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer correct-horse",
    "private key": "TLS=-----BEGIN EC PRIVATE KEY-----\ncorrect-horse",
    "web token": "X=eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.correct-horse",
    "cloud key id": "X=AKIA" + "CORRECTHORSE0123",
    "hex": "X=" + "9f86d081884c7d659a2feaa0c55ad015",
    "base64": "X=" + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCORRECTKEY",
    "random run": "X=prefix:" + "Zk3pQ9vT1xR7mB5n",
}
HARMLESS = (
    "PORT=8000",
    "PASSWORD=",
    "DB_PASSWORD_FILE=/run/secrets/db",
    "TOKEN_TTL_SECONDS=300",
    "MAX_TOKENS=100",
    "QUERY_URL=http://planewatch-sample-control-prometheus:9090",
    "MAIL=http://h/a:b@c",
    "OTEL_RESOURCE_ATTRIBUTES=service.name=api,service.version=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "CONFIG_HASH=9f86d081884c7d659a2feaa0c55ad015",
    "IMAGE=" + IMAGE_ID,
    "INSTANCE=6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/lib/python3.11/site-packages",
    "PLANES=planewatch-sample-prod-collector,planewatch-sample-qa-collector",
    "KEYBOARD=qwertz",
)

CASES = (
    *(
        Case(policy, "fail" if why else "pass", what, args, (why,) if why else ())
        for what, (name, why) in _REFERENCES.items()
        for policy, args in (
            (_image, resource(hardened(image=name))),
            (_pull, resource({"name": name}, REMOTE_IMAGE)),
        )
    ),
    Case(_image, "unknown", "id after the pull", resource(hardened(image=UNKNOWN_TEXT))),
    Case(_image, "not-applicable", "a network", _network),
    Case(_pull, "unknown", "name", resource({"name": UNKNOWN_TEXT}, REMOTE_IMAGE)),
    Case(_pull, "not-applicable", "a container", resource(hardened())),
    Case(_socket, "pass", "named volume", resource(hardened())),
    Case(_socket, "pass", "a host path beside it", resource(_bind("/run/planewatch"))),
    Case(
        _socket, "pass", "a volume named so", resource(hardened(mounts=[{"type": "volume", "source": "docker.sock"}]))
    ),
    Case(_socket, "pass", "a plain volume", resource({"name": "v"}, VOLUME)),
    *(Case(_socket, "fail", f"mount of {what}", resource(_bind(path)), (path,)) for what, path in _PATHS.items()),
    Case(
        _socket,
        "fail",
        "volume entry",
        resource(hardened(volumes=[{"hostPath": "/var/run/docker.sock", "containerPath": "/s"}])),
        ("/var/run/docker.sock",),
    ),
    Case(
        _socket,
        "fail",
        "volume that binds",
        resource({"name": "v", "driverOpts": {"type": "none", "o": "bind", "device": "/var/run"}}, VOLUME),
        ("/var/run",),
    ),
    Case(_socket, "unknown", "path", resource(_bind(UNKNOWN_TEXT))),
    Case(_socket, "unknown", "mounts", resource(hardened(mounts=UNKNOWN_LIST))),
    Case(_socket, "not-applicable", "a network", _network),
    Case(_login, "pass", "loopback", resource(_console(ip="127.0.0.1"))),
    Case(_login, "pass", "another service", resource(_port(ip="10.0.0.5"))),
    Case(
        _login, "pass", "a login in the pack", resource(_console(ip="10.0.0.5"), CONTAINER, {"login": "oauth2-proxy"})
    ),
    Case(_login, "pass", "another Ingress", resource(_route("shop"), INGRESS)),
    Case(_login, "pass", "a plane's console", resource(_route("console", "prod"), INGRESS)),
    Case(_login, "pass", "somebody's console", resource({"metadata": {"labels": {NAME: "console"}}}, INGRESS)),
    Case(_login, "fail", "an address", resource(_console(ip="10.0.0.5")), ("no login, is published on 10.0.0.5",)),
    Case(_login, "fail", "every address", resource(_console()), ("no login, is published on every address",)),
    Case(_login, "fail", "an Ingress", resource(_route("console"), INGRESS), ("publishes the console",)),
    Case(_login, "fail", "a route", resource(_route("console"), HTTP_ROUTE), ("publishes the console",)),
    Case(_login, "unknown", "address", resource(_console(ip=UNKNOWN_TEXT))),
    Case(_login, "not-applicable", "a network", _network),
    Case(_ports, "pass", "loopback", resource(hardened())),
    Case(_ports, "pass", "loopback of IPv6", resource(_port(ip="::1"))),
    Case(_ports, "pass", "none published", resource(hardened(ports=None))),
    Case(_ports, "pass", "chosen in the pack", resource(_port(ip="10.0.0.5"), CONTAINER, {"bindAddress": "10.0.0.5"})),
    Case(
        _ports,
        "pass",
        "chosen in another spelling",
        resource(_port(ip="2001:db8::5"), CONTAINER, {"bindAddress": "2001:DB8:0::5"}),
    ),
    Case(_ports, "fail", "every address", resource(_port(ip="::")), ("port 8000 is published on ::",)),
    Case(_ports, "fail", "no address", resource(_port()), ("port 8000 is published on 0.0.0.0",)),
    Case(_ports, "fail", "a name", resource(_port(ip="localhost")), ("published on localhost",)),
    Case(
        _ports,
        "fail",
        "another than chosen",
        resource(_port(ip="10.0.0.6"), CONTAINER, {"bindAddress": "10.0.0.5"}),
        ("published on 10.0.0.6; the stack allows 10.0.0.5",),
    ),
    Case(_ports, "fail", "all of the image", resource(hardened(publishAllPorts=True)), ("every port",)),
    Case(_ports, "unknown", "address", resource(_port(ip=UNKNOWN_TEXT))),
    Case(_ports, "not-applicable", "a network", _network),
    *(
        Case(_secret, "fail", what, resource(hardened(envs=[entry])), (f"variable '{entry.partition('=')[0]}' ",))
        for what, entry in SECRETS.items()
    ),
    Case(_secret, "fail", "marked secret", resource(hardened(envs=[secret("TOKEN=x1")])), ("variable 'TOKEN'",)),
    Case(_secret, "pass", "harmless", resource(hardened(envs=list(HARMLESS)))),
    Case(_secret, "pass", "none", resource(hardened(envs=None))),
    Case(_secret, "unknown", "one variable", resource(hardened(envs=["PORT=1", UNKNOWN_TEXT]))),
    Case(_secret, "unknown", "all variables", resource(hardened(envs=UNKNOWN_LIST))),
    Case(_secret, "not-applicable", "a network", _network),
)
