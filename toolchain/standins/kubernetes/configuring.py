"""What a changed provider configuration means for everything that it manages."""

from toolchain.standins.kubernetes import kubeconfig, settings
from toolchain.standins.kubernetes.normal import revealed
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.values import Props

IDENTIFIER = "clusterIdentifier"
_CLUSTER_SETTINGS = ("kubeconfig", "context", "cluster")


def config_changes(olds: Props, news: Props) -> list[Change]:
    """Compare settings: another cluster replaces every object, anything else is an update.

    A kubeconfig does not say which cluster it is: the active cluster's entry stands for it, unless the program names
    the cluster itself with `clusterIdentifier`.
    """
    old, new = revealed(olds), revealed(news)
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    replacing: tuple[str, ...] = ()
    if settings.unknown(new):
        replacing = _CLUSTER_SETTINGS
    else:
        before, after = kubeconfig.active_cluster(settings.read(old)), kubeconfig.active_cluster(settings.read(new))
        if before is not None and after is not None and before != after:
            replacing = _CLUSTER_SETTINGS
    if old.get(IDENTIFIER) and new.get(IDENTIFIER):
        replacing = (IDENTIFIER,) if old[IDENTIFIER] != new[IDENTIFIER] else ()
    return [
        Change(name, "add" if name not in old else "delete" if name not in new else "update", name in replacing)
        for name in names
    ]
