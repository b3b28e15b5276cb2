"""How Prometheus discovers collectors and pods on Kubernetes; the namespace decides whose they are, never the pod."""

from dataclasses import dataclass

_NAMESPACE = "__meta_kubernetes_namespace"
_ROLE = "__meta_kubernetes_pod_label_app_kubernetes_io_name"
_PORT = "__meta_kubernetes_pod_container_port_name"
_PHASE = "__meta_kubernetes_pod_phase"
_READY = "__meta_kubernetes_pod_ready"
_POD = "__meta_kubernetes_pod_name"
# A pod that ended keeps its last address, which may be another pod's by now.
_ENDED: dict[str, object] = {"source_labels": [_PHASE], "regex": "Succeeded|Failed", "action": "drop"}


@dataclass(frozen=True, kw_only=True)
class PlaneNamespace:
    """The namespace that the stack made for a plane."""

    namespace: str
    data_plane_id: str
    environment: str


def identity(plane: PlaneNamespace) -> list[dict[str, object]]:
    """Return the relabelling that stamps a plane's identity on what was found in its namespace, and only there."""
    return [
        {"source_labels": [_NAMESPACE], "regex": plane.namespace, "target_label": label, "replacement": value}
        for label, value in (("data_plane_id", plane.data_plane_id), ("environment", plane.environment))
    ]


def discovered_job(namespaces: tuple[PlaneNamespace, ...], port: str) -> dict[str, object]:
    """Return discovery and relabelling for the collectors' container port ``port`` in ``namespaces``.

    Each namespace is watched by itself, so that a Role in it is enough; a cluster-wide right is not needed.
    """
    ordered = sorted(namespaces, key=lambda plane: plane.namespace)
    return {
        "kubernetes_sd_configs": _pods(ordered),
        "relabel_configs": [
            {"source_labels": [_ROLE], "regex": "collector", "action": "keep"},
            {"source_labels": [_PORT], "regex": port, "action": "keep"},
            dict(_ENDED),
            *(rule for plane in ordered for rule in identity(plane)),
            {"source_labels": [_POD], "target_label": "pod"},
        ],
    }


def listed_pods(namespaces: tuple[PlaneNamespace, ...], answered_at: str) -> dict[str, object]:
    """Return discovery and relabelling that make each workload's pods in ``namespaces`` series that say ``ready``.

    No pod is asked: all are scraped at ``answered_at``, and the series is there for as long as the API server lists the
    pod with an address.
    """
    ordered = sorted(namespaces, key=lambda plane: plane.namespace)
    return {
        "kubernetes_sd_configs": _pods(ordered),
        "relabel_configs": [
            {"source_labels": [_ROLE], "regex": ".+", "action": "keep"},
            dict(_ENDED),
            *(rule for plane in ordered for rule in identity(plane)),
            {"source_labels": [_ROLE], "target_label": "workload"},
            {"source_labels": [_READY], "target_label": "ready"},
            {"source_labels": [_POD], "target_label": "pod"},
            {"source_labels": [_POD], "target_label": "instance"},
            # A target for each port of a pod: with one address and the same labels they are one.
            {"target_label": "__address__", "replacement": answered_at},
        ],
    }


def _pods(ordered: list[PlaneNamespace]) -> list[dict[str, object]]:
    return [{"role": "pod", "namespaces": {"names": [plane.namespace for plane in ordered]}}]
