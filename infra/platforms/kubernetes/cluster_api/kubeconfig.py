"""Which API server and which user a kubeconfig names, as kubectl reads it."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator

from infra.platforms.kubernetes.cluster_api.errors import KubeconfigError

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def _in_its_folder(path: Path, info: ValidationInfo) -> Path:
    # The validation context is the folder of the kubeconfig, from which its relative paths start.
    return Path(info.context or "") / path


def _program(command: str, info: ValidationInfo) -> str:
    return str(_in_its_folder(Path(command), info)) if "/" in command else command


_File = Annotated[Path, AfterValidator(_in_its_folder)]


class _Part(BaseModel):
    """Part of a kubeconfig: keys with dashes unless aliased; null means absent; unknown keys are ignored."""

    model_config = ConfigDict(frozen=True, alias_generator=lambda name: name.replace("_", "-"), populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:  # noqa: ANN401  whatever the file holds
        return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value


class Cluster(_Part):
    """An API server and how its certificate is verified."""

    server: str
    certificate_authority: _File | None = None
    certificate_authority_data: str | None = None
    insecure_skip_tls_verify: bool = False
    tls_server_name: str | None = None
    proxy_url: str | None = None


class Variable(_Part):
    """An environment variable of a credential program."""

    name: str
    value: str


class Exec(_Part):
    """A credential program."""

    command: Annotated[str, AfterValidator(_program)]
    api_version: str = Field(alias="apiVersion")
    args: tuple[str, ...] = ()
    env: tuple[Variable, ...] = ()
    install_hint: str = Field(default="", alias="installHint")
    provide_cluster_info: bool = Field(default=False, alias="provideClusterInfo")


class User(_Part):
    """How to authenticate; everything is optional."""

    client_certificate: _File | None = None
    client_certificate_data: str | None = None
    client_key: _File | None = None
    client_key_data: str | None = None
    token: str | None = None
    token_file: _File | None = Field(default=None, alias="tokenFile")
    username: str | None = None
    password: str = ""
    exec: Exec | None = None
    auth_provider: dict[str, object] | None = None


class Context(_Part):
    """A cluster and a user by name."""

    cluster: str
    user: str | None = None


class _NamedCluster(_Part):
    name: str
    cluster: Cluster


class _NamedContext(_Part):
    name: str
    context: Context


class _NamedUser(_Part):
    name: str
    user: User = User()


class _Kubeconfig(_Part):
    current_context: str = ""
    clusters: tuple[_NamedCluster, ...] = ()
    contexts: tuple[_NamedContext, ...] = ()
    users: tuple[_NamedUser, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Target:
    """An API server and the user to be there; ``context`` is empty inside a pod."""

    context: str
    cluster: Cluster
    user: User

    def __str__(self) -> str:
        return f"{self.cluster.server} (context {self.context})" if self.context else self.cluster.server


def target(
    kubeconfig: str | None = None, context: str | None = None, environ: Mapping[str, str] = os.environ
) -> Target:
    """Return what ``context`` (default: the current one) of ``kubeconfig`` names; raises KubeconfigError.

    ``kubeconfig`` is a file's path or its text. Without one, the files of ``KUBECONFIG`` in ``environ`` count, else
    ``~/.kube/config``, else the service account of the pod that this runs in.
    """
    origin, configs = _given(kubeconfig) if kubeconfig else _usual(environ)
    if not configs:
        return _in_cluster(origin, environ)
    contexts = _by_name((entry.name, entry.context) for config in configs for entry in config.contexts)
    clusters = _by_name((entry.name, entry.cluster) for config in configs for entry in config.clusters)
    users = _by_name((entry.name, entry.user) for config in configs for entry in config.users)
    name = context or next((config.current_context for config in configs if config.current_context), "")
    if not name:
        raise KubeconfigError(f"{origin} sets no current context; name one of {_names(contexts)}")
    if name not in contexts:
        raise KubeconfigError(f"{origin} has no context {name}; it has {_names(contexts)}")
    found = contexts[name]
    if found.cluster not in clusters:
        raise KubeconfigError(f"{origin} has no cluster {found.cluster}, which context {name} names")
    if found.user and found.user not in users:
        raise KubeconfigError(f"{origin} has no user {found.user}, which context {name} names")
    user = users[found.user] if found.user else User()
    return Target(context=name, cluster=clusters[found.cluster], user=user)


_Entry = TypeVar("_Entry")


def _by_name(entries: Iterable[tuple[str, _Entry]]) -> dict[str, _Entry]:
    """Return the entries by name; of several with one name the first counts, as with kubectl."""
    found: dict[str, _Entry] = {}
    for name, entry in entries:
        found.setdefault(name, entry)
    return found


def _names(entries: Iterable[str]) -> str:
    return ", ".join(sorted(entries)) or "none"


def _given(kubeconfig: str) -> tuple[str, Sequence[_Kubeconfig]]:
    if "\n" in kubeconfig or kubeconfig.lstrip().startswith("{"):
        return "the given kubeconfig", [_parsed(kubeconfig, "the given kubeconfig", Path())]
    path = Path(kubeconfig).expanduser()
    if not path.is_file():
        raise KubeconfigError(f"kubeconfig {path} does not exist")
    return f"kubeconfig {path}", [_read(path)]


def _usual(environ: Mapping[str, str]) -> tuple[str, Sequence[_Kubeconfig]]:
    named = [Path(part) for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    paths = named or [Path.home() / ".kube" / "config"]
    there = [path for path in paths if path.is_file()]
    return f"kubeconfig {os.pathsep.join(map(str, there or paths))}", [_read(path) for path in there]


def _read(path: Path) -> _Kubeconfig:
    try:
        return _parsed(path.read_text(), f"kubeconfig {path}", path.parent)
    except OSError as error:
        raise KubeconfigError(f"cannot read kubeconfig {path}: {error.strerror}") from error


def _parsed(content: str, origin: str, folder: Path) -> _Kubeconfig:
    try:
        return _Kubeconfig.model_validate(yaml.safe_load(content), context=folder)
    except yaml.YAMLError as error:
        raise KubeconfigError(f"{origin} is not valid YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        # Without the values: some of them are credentials.
        first = error.errors(include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise KubeconfigError(f"{origin} is not a valid kubeconfig: {place}: {first['msg']}") from error


def _in_cluster(missing: str, environ: Mapping[str, str]) -> Target:
    host, port = environ.get("KUBERNETES_SERVICE_HOST"), environ.get("KUBERNETES_SERVICE_PORT", "443")
    if not host or not (SERVICE_ACCOUNT / "token").is_file():
        raise KubeconfigError(f"{missing} does not exist; set KUBECONFIG or planewatch:kubernetes.kubeconfig")
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    cluster = Cluster(server=server, certificate_authority=SERVICE_ACCOUNT / "ca.crt")
    return Target(context="", cluster=cluster, user=User(token_file=SERVICE_ACCOUNT / "token"))
