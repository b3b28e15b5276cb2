"""Authentication at the API server: certificates, tokens, and programs that issue tokens."""

import base64
import json
import os
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import httpx

from toolchain.standins.kubernetes.kubeconfig import Target, insecure
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, child, objects, text, texts

EXEC_SECONDS = 60


def tls(target: Target) -> ssl.SSLContext:
    """Build the TLS settings: the cluster's authority and the user's certificate."""
    cluster = target.cluster
    data = text(cluster, "certificate-authority-data")
    path = text(cluster, "certificate-authority")
    try:
        context = ssl.create_default_context(
            cafile=str(target.folder / path) if path and not data else None,
            cadata=base64.b64decode(data).decode() if data else None,
        )
        if insecure(target):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        _client_certificate(context, target.user, target.folder)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise RefusedError(f"the certificates for {target} in the kubeconfig cannot be used: {error}") from error
    return context


def _client_certificate(context: ssl.SSLContext, user: Props, folder: Path) -> None:
    certificate, key = text(user, "client-certificate-data"), text(user, "client-key-data")
    if certificate and key:
        _load_pair(context, base64.b64decode(certificate), base64.b64decode(key))
    elif text(user, "client-certificate"):
        context.load_cert_chain(folder / text(user, "client-certificate"), folder / text(user, "client-key"))


def _load_pair(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    # The ssl module reads keys from files only; this one is readable for its owner alone and gone at once.
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate + b"\n" + key)
        file.flush()
        context.load_cert_chain(file.name)


def auth(target: Target, context: ssl.SSLContext) -> httpx.Auth | None:
    """Return what adds the user's token to requests, None when a certificate says it all."""
    user = target.user
    if child(user, "exec"):
        return ProgramAuth(target, context)
    if text(user, "tokenFile"):
        return FileAuth(target.folder / text(user, "tokenFile"))
    if text(user, "token"):
        return TokenAuth(text(user, "token"))
    if text(user, "username"):
        return httpx.BasicAuth(text(user, "username"), text(user, "password"))
    if child(user, "auth-provider"):
        raise RefusedError(f"the user of {target} has an auth-provider, which Kubernetes no longer supports; use exec")
    return None


class TokenAuth(httpx.Auth):
    """A token that does not change."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class FileAuth(httpx.Auth):
    """A token in a file, which the kubelet writes anew from time to time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token of the moment."""
        try:
            token = self._path.read_text().strip()
        except OSError as error:
            raise RefusedError(f"cannot read the token file {self._path}: {error.strerror}") from error
        request.headers["Authorization"] = f"Bearer {token}"
        yield request


class ProgramAuth(httpx.Auth):
    """A token or certificate from a program, asked again when it expires or is refused."""

    def __init__(self, target: Target, context: ssl.SSLContext) -> None:
        self._target = target
        self._context = context
        self._lock = threading.Lock()
        self._token = ""
        self._until: datetime | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the program's token; a refusal asks the program once more."""
        with self._lock:
            if not self._token or (self._until and datetime.now(UTC) >= self._until):
                self._ask()
            token = self._token
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            with self._lock:
                if self._token == token:
                    self._ask()
                token = self._token
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    def _ask(self) -> None:
        program = child(self._target.user, "exec")
        command = [text(program, "command"), *texts(program, "args")]
        about: Props = {"server": self._target.server}
        info = {
            "apiVersion": text(program, "apiVersion"),
            "kind": "ExecCredential",
            "spec": {"interactive": False, "cluster": about},
        }
        environment = {
            **os.environ,
            **{text(entry, "name"): text(entry, "value") for entry in objects(program, "env")},
            "KUBERNETES_EXEC_INFO": json.dumps(info),
        }
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=EXEC_SECONDS, check=True
            )
            status: Props = child(json.loads(done.stdout), "status")
        except FileNotFoundError as error:
            hint = text(program, "installHint")
            raise RefusedError(
                f"{command[0]}, which creates tokens for {self._target}, is not installed {hint}"
            ) from error
        except subprocess.CalledProcessError as error:
            last = (error.stderr or "").strip().splitlines()[-1:] or ["no message"]
            raise RefusedError(f"{command[0]} returned no token for {self._target}: {last[0]}") from error
        except (ValueError, subprocess.TimeoutExpired) as error:
            raise RefusedError(f"{command[0]} returned no token for {self._target}: {error}") from error
        certificate, key = text(status, "clientCertificateData"), text(status, "clientKeyData")
        if certificate and key:
            _load_pair(self._context, certificate.encode(), key.encode())
        self._token = text(status, "token") or ("-" if certificate else "")
        until = text(status, "expirationTimestamp")
        self._until = datetime.fromisoformat(until) if until else None
