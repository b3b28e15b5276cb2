"""A user's credentials at an API server: certificates, tokens, and programs that hand out either."""

import base64
import json
import os
import ssl
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from infra.platforms.kubernetes.cluster_api.answers import Object, child, text
from infra.platforms.kubernetes.cluster_api.errors import KubeconfigError
from infra.platforms.kubernetes.cluster_api.kubeconfig import Cluster, Exec, Target, User

_PROGRAM_S = 60


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The value of the Authorization header, and a client certificate with its key (PEM); either may be missing."""

    authorization: str | None = None
    certificate: bytes | None = None
    key: bytes | None = None


def credentials(target: Target, environ: Mapping[str, str] = os.environ) -> Credentials:
    """Return the user's credentials; raises KubeconfigError. A credential program runs once, in this ``environ``."""
    user = target.user
    try:
        pair = Credentials(
            certificate=_pem(user.client_certificate_data, user.client_certificate),
            key=_pem(user.client_key_data, user.client_key),
        )
        if user.token_file:
            return replace(pair, authorization=f"Bearer {user.token_file.read_text().strip()}")
    except OSError as error:
        raise KubeconfigError(f"cannot read {error.filename}, which {target} needs: {error.strerror}") from error
    except ValueError as error:
        raise KubeconfigError(f"the kubeconfig's client certificate for {target} is not base64: {error}") from error
    if user.exec:
        return _from_program(user.exec, target, environ)
    if user.auth_provider:
        raise KubeconfigError(f"the user of {target} has an auth-provider, which Kubernetes 1.26 removed; use exec")
    return replace(pair, authorization=_authorization(user))


def ssl_context(target: Target, found: Credentials) -> ssl.SSLContext:
    """Return a context that verifies the cluster's certificate and shows the user's; raises KubeconfigError."""
    try:
        context = _verifying(target.cluster)
        if found.certificate and found.key:
            _show(context, found.certificate, found.key)
    except (OSError, ValueError) as error:
        raise KubeconfigError(f"cannot use the kubeconfig's certificates for {target}: {error}") from error
    return context


def _pem(data: str | None, file: Path | None) -> bytes | None:
    if data:
        return base64.b64decode(data)
    return file.read_bytes() if file else None


def _authorization(user: User) -> str | None:
    if user.token:
        return f"Bearer {user.token}"
    if user.username:
        return f"Basic {base64.b64encode(f'{user.username}:{user.password}'.encode()).decode()}"
    return None


def _verifying(cluster: Cluster) -> ssl.SSLContext:
    authority = _pem(cluster.certificate_authority_data, cluster.certificate_authority)
    context = ssl.create_default_context(cadata=authority.decode() if authority else None)
    if cluster.insecure_skip_tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _show(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    # The ssl module reads keys from files only; this one is readable by its owner alone and gone at once.
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate + b"\n" + key)
        file.flush()
        context.load_cert_chain(file.name)


def _from_program(program: Exec, target: Target, environ: Mapping[str, str]) -> Credentials:
    status = child(_run(program, target, environ), "status")
    token = text(status, "token")
    certificate, key = text(status, "clientCertificateData"), text(status, "clientKeyData")
    if not token and not (certificate and key):
        raise KubeconfigError(f"{program.command} returned neither a token nor a certificate for {target}")
    return Credentials(
        authorization=f"Bearer {token}" if token else None,
        certificate=certificate.encode() or None,
        key=key.encode() or None,
    )


def _run(program: Exec, target: Target, environ: Mapping[str, str]) -> Object:
    failed = f"credential program {program.command} failed for {target}"
    try:
        done = subprocess.run(
            [program.command, *program.args],
            env={
                **environ,
                **{variable.name: variable.value for variable in program.env},
                "KUBERNETES_EXEC_INFO": json.dumps(_question(program, target.cluster)),
            },
            capture_output=True,
            text=True,
            timeout=_PROGRAM_S,
            check=True,
        )
        found = json.loads(done.stdout)
    except FileNotFoundError as error:
        hint = f": {' '.join(program.install_hint.split())}" if program.install_hint else ""
        raise KubeconfigError(f"credential program {program.command} is not installed{hint}") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:] or [f"exit code {error.returncode}"]
        raise KubeconfigError(f"{failed}: {last[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise KubeconfigError(f"{failed}: no answer within {_PROGRAM_S} s") from error
    except (OSError, ValueError) as error:
        raise KubeconfigError(f"{failed}: {error}") from error
    return found if isinstance(found, dict) else {}


def _question(program: Exec, cluster: Cluster) -> Object:
    """Return what the program is told: an ExecCredential with the cluster, if the kubeconfig wants it told."""
    about = cluster.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"certificate_authority"})
    spec = {"interactive": False, **({"cluster": about} if program.provide_cluster_info else {})}
    return {"apiVersion": program.api_version, "kind": "ExecCredential", "spec": spec}
