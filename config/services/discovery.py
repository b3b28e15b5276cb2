"""How Prometheus discovers collectors on Kubernetes; the namespace decides whose they are, never the collector."""

from dataclasses import dataclass

_NAMESPACE = "__meta_kubernetes_namespace"
_ROLE = "__meta_kubernetes_pod_label_app_kubernetes_io_name"
_PORT = "__meta_kubernetes_pod_container_port_name"
_PHASE = "__meta_kubernetes_pod_phase"


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
        "kubernetes_sd_configs": [{"role": "pod", "namespaces": {"names": [plane.namespace for plane in ordered]}}],
        "relabel_configs": [
            {"source_labels": [_ROLE], "regex": "collector", "action": "keep"},
            {"source_labels": [_PORT], "regex": port, "action": "keep"},
            # A pod that ended keeps its last address, which may be another pod's by now.
            {"source_labels": [_PHASE], "regex": "Succeeded|Failed", "action": "drop"},
            *(rule for plane in ordered for rule in identity(plane)),
            {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
        ],
    }
