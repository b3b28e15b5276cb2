"""Check: a program's inputs, completed and validated as far as that goes without changing anything."""

from toolchain.standins.kubernetes import naming
from toolchain.standins.kubernetes.discovery import Discovery
from toolchain.standins.kubernetes.normal import normal, revealed
from toolchain.standins.kubernetes.objects import Kind, with_dashes, with_underscores
from toolchain.standins.servicer.autonaming import Autoname
from toolchain.standins.servicer.values import Props, text


def complete(kind: Kind, news: Props, olds: Props, autoname: Autoname, discovery: Discovery) -> tuple[Props, list[str]]:
    """Return the inputs with name and namespace, without secret marks, and every reason to refuse them.

    UnreachableError when no API server answers.
    """
    plain = with_dashes(revealed(news))
    default: Props = {"apiVersion": kind.api_version, "kind": kind.kind}
    made = normal(default | plain if isinstance(plain, dict) else default)
    naming.set_name(made, olds, autoname)
    failures = naming.failures(kind, made)
    stated = f"{text(made, 'apiVersion')}/{text(made, 'kind')}"
    if stated != str(kind):
        failures.append(f"apiVersion and kind say {stated}, the resource's type says {kind}")
    found = discovery.find(kind)
    metadata = made.get("metadata")
    # A kind that is not there yet is most often a namespaced custom one whose definition comes in the same update.
    if isinstance(metadata, dict) and (found is None or found.namespaced) and not metadata.get("namespace"):
        metadata["namespace"] = discovery.client.target.namespace
    spelled = with_underscores(made)
    return (spelled if isinstance(spelled, dict) else made), failures
