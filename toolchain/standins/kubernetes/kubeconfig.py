"""Which cluster, user and namespace a kubeconfig means."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from toolchain.standins.kubernetes.settings import Settings
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, Value, child, flag, objects, text

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True)
class Target:
    """One API server and how to show up there; `folder` is what relative paths in `user` and `cluster` start from."""

    server: str
    context: str
    cluster_name: str
    namespace: str
    cluster: Props = field(default_factory=dict)
    user: Props = field(default_factory=dict)
    folder: Path = field(default_factory=Path)

    def __str__(self) -> str:
        return f"{self.server} (context {self.context})" if self.context else self.server


def target(settings: Settings) -> Target:
    """Find the target; raises RefusedError if there is none."""
    config, origin, folder = _load(settings.kubeconfig)
    contexts = {text(entry, "name"): child(entry, "context") for entry in objects(config, "contexts")}
    clusters = {text(entry, "name"): child(entry, "cluster") for entry in objects(config, "clusters")}
    users = {text(entry, "name"): child(entry, "user") for entry in objects(config, "users")}
    name = settings.context or text(config, "current-context")
    if not name and not settings.cluster:
        raise RefusedError(f"{origin} has no current context; set the provider's context to one of {_names(contexts)}")
    if name and name not in contexts:
        raise RefusedError(f"there is no context {name} in {origin}; it has {_names(contexts)}")
    context = contexts.get(name, {})
    cluster_name = settings.cluster or text(context, "cluster")
    if cluster_name not in clusters:
        raise RefusedError(f"there is no cluster {cluster_name} in {origin}; it has {_names(clusters)}")
    user_name = text(context, "user")
    if user_name and user_name not in users:
        raise RefusedError(f"there is no user {user_name} in {origin}, which context {name} names")
    cluster = clusters[cluster_name]
    if not text(cluster, "server"):
        raise RefusedError(f"cluster {cluster_name} in {origin} names no server")
    return Target(
        server=text(cluster, "server").rstrip("/"),
        context=name,
        cluster_name=cluster_name,
        namespace=settings.namespace or text(context, "namespace") or "default",
        cluster=cluster,
        user=users.get(user_name, {}),
        folder=folder,
    )


def active_cluster(settings: Settings) -> Props | None:
    """Return the cluster's entry, None if it is not known; a change of it replaces everything."""
    try:
        return target(settings).cluster if settings.kubeconfig else None
    except RefusedError:
        return None


def _names(entries: dict[str, Props]) -> str:
    return ", ".join(sorted(entries)) or "none"


def _load(given: str) -> tuple[Props, str, Path]:
    """Return the configuration, what to call it in messages, and the folder it lies in."""
    if given:
        path = _existing(given)
        if path:
            return _parsed(path.read_text(), f"kubeconfig {path}"), f"kubeconfig {path}", path.parent
        if "\n" not in given and ":" not in given:
            raise RefusedError(f"there is no kubeconfig {given}")
        return _parsed(given, "the given kubeconfig"), "the given kubeconfig", Path()
    named = os.environ.get("KUBECONFIG", "")
    paths = [Path(part) for part in named.split(os.pathsep) if part] or [Path.home() / ".kube" / "config"]
    there = [path for path in paths if path.is_file()]
    if there:
        merged = _merged([_parsed(path.read_text(), f"kubeconfig {path}") for path in there])
        return merged, f"kubeconfig {os.pathsep.join(map(str, there))}", there[0].parent
    if (SERVICE_ACCOUNT / "token").is_file() and os.environ.get("KUBERNETES_SERVICE_HOST"):
        return _in_cluster(), "the pod's service account", SERVICE_ACCOUNT
    raise RefusedError(
        f"there is no kubeconfig at {os.pathsep.join(map(str, paths))}; set KUBECONFIG or the provider's kubeconfig"
    )


def _existing(given: str) -> Path | None:
    if "\n" in given or given.lstrip().startswith("{"):
        return None
    path = Path(given).expanduser()
    return path if path.is_file() else None


def _parsed(content: str, origin: str) -> Props:
    import yaml  # noqa: PLC0415 - previews without a change of the provider never come here

    try:
        found = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise RefusedError(f"{origin} is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict):
        raise RefusedError(f"{origin} is not a kubeconfig: it must be a map with clusters, contexts and users")
    return cast("Props", found)


def _merged(configs: list[Props]) -> Props:
    """Merge: the first file that names something wins, as with kubectl."""
    made: Props = {"current-context": next((c for config in configs if (c := text(config, "current-context"))), "")}
    for section in ("clusters", "contexts", "users"):
        found: dict[str, Value] = {}
        for config in configs:
            for entry in objects(config, section):
                found.setdefault(text(entry, "name"), entry)
        made[section] = list(found.values())
    return made


def _in_cluster() -> Props:
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    host = f"[{host}]" if ":" in host else host
    namespace = (SERVICE_ACCOUNT / "namespace").read_text() if (SERVICE_ACCOUNT / "namespace").is_file() else "default"
    return {
        "current-context": "in-cluster",
        "contexts": [
            {"name": "in-cluster", "context": {"cluster": "in-cluster", "user": "pod", "namespace": namespace}}
        ],
        "clusters": [
            {
                "name": "in-cluster",
                "cluster": {
                    "server": f"https://{host}:{port}",
                    "certificate-authority": str(SERVICE_ACCOUNT / "ca.crt"),
                },
            }
        ],
        "users": [{"name": "pod", "user": {"tokenFile": str(SERVICE_ACCOUNT / "token")}}],
    }


def insecure(found: Target) -> bool:
    """Whether the server's certificate is not to be checked."""
    return flag(found.cluster, "insecure-skip-tls-verify")
