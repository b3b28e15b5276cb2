"""The node's programs as data: what is started, with what, and after what."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from toolchain.cluster.layout import Layout
from toolchain.cluster.sandbox import INSIDE


class Phase(IntEnum):
    """When a program may start."""

    FIRST = 0
    WITH_API = 1
    WITH_NODE = 2


@dataclass(frozen=True, slots=True)
class Component:
    """A program (inside the namespaces) with its arguments."""

    name: str
    phase: Phase
    command: tuple[str, ...]


def components(layout: Layout) -> tuple[Component, ...]:
    """List every program of the node, in the order in which they start."""
    pki, etc = f"{INSIDE}/pki", f"{INSIDE}/etc"
    node = str(layout.node_address)

    def kubeconfigs(name: str) -> tuple[str, ...]:
        path = f"{etc}/{name}.kubeconfig"
        return tuple(
            f"--{flag}={path}" for flag in ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
        )

    return (
        _component(
            Phase.FIRST,
            "etcd",
            f"--name={layout.node}",
            "--data-dir=/var/lib/etcd",
            # The node's loopback: no pod and nobody else on the machine reaches it.
            "--listen-client-urls=http://127.0.0.1:2379",
            "--advertise-client-urls=http://127.0.0.1:2379",
            "--listen-peer-urls=http://127.0.0.1:2380",
            "--initial-advertise-peer-urls=http://127.0.0.1:2380",
            f"--initial-cluster={layout.node}=http://127.0.0.1:2380",
            # The cluster does not outlive the machine's run, so nothing has to survive a power cut.
            "--unsafe-no-fsync",
            "--logger=zap",
            "--log-level=warn",
        ),
        Component("containerd", Phase.FIRST, ("containerd", f"--config={etc}/containerd.toml")),
        _component(
            Phase.FIRST,
            "kube-apiserver",
            f"--bind-address={node}",
            f"--advertise-address={node}",
            "--secure-port=6443",
            "--etcd-servers=http://127.0.0.1:2379",
            "--allow-privileged=true",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            f"--service-cluster-ip-range={layout.services}",
            f"--client-ca-file={pki}/ca.crt",
            f"--tls-cert-file={pki}/apiserver.crt",
            f"--tls-private-key-file={pki}/apiserver.key",
            f"--kubelet-client-certificate={pki}/apiserver-kubelet.crt",
            f"--kubelet-client-key={pki}/apiserver-kubelet.key",
            f"--kubelet-certificate-authority={pki}/ca.crt",
            "--kubelet-preferred-address-types=InternalIP",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={pki}/service-accounts.pub",
            f"--service-account-signing-key-file={pki}/service-accounts.key",
            f"--requestheader-client-ca-file={pki}/front-ca.crt",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-username-headers=X-Remote-User",
            f"--proxy-client-cert-file={pki}/front-proxy.crt",
            f"--proxy-client-key-file={pki}/front-proxy.key",
            "--enable-aggregator-routing=true",
            "--endpoint-reconciler-type=lease",
        ),
        _component(
            Phase.WITH_API,
            "kube-controller-manager",
            *kubeconfigs("kube-controller-manager"),
            "--use-service-account-credentials=true",
            f"--service-account-private-key-file={pki}/service-accounts.key",
            f"--root-ca-file={pki}/ca.crt",
            f"--cluster-signing-cert-file={pki}/ca.crt",
            f"--cluster-signing-key-file={pki}/ca.key",
            f"--service-cluster-ip-range={layout.services}",
            # The one node gets all of the pods' addresses.
            "--allocate-node-cidrs=true",
            f"--cluster-cidr={layout.pods}",
            f"--node-cidr-mask-size={layout.pods.prefixlen}",
            "--bind-address=127.0.0.1",
            "--leader-elect=false",
            "--flex-volume-plugin-dir=/var/lib/kubelet/volumeplugins",
        ),
        _component(
            Phase.WITH_API,
            "kube-scheduler",
            *kubeconfigs("kube-scheduler"),
            "--bind-address=127.0.0.1",
            "--leader-elect=false",
        ),
        _component(
            Phase.WITH_API,
            "kubelet",
            f"--config={etc}/kubelet.yaml",
            f"--kubeconfig={etc}/kubelet.kubeconfig",
            f"--hostname-override={layout.node}",
            f"--node-ip={node}",
        ),
        _component(Phase.WITH_API, "kube-proxy", f"--config={etc}/kube-proxy.yaml"),
        _component(
            Phase.WITH_API,
            "local-volumes",
            f"--kubeconfig={etc}/local-volumes.kubeconfig",
            "--folder=/var/lib/volumes",
            f"--node={layout.node}",
        ),
        # Enforces NetworkPolicy and nothing else; it ends at once when its node is not registered yet.
        Component(
            "kube-router",
            Phase.WITH_NODE,
            (
                f"{INSIDE}/bin/kube-router",
                f"--kubeconfig={etc}/kube-router.kubeconfig",
                "--run-firewall=true",
                "--run-router=false",
                "--run-service-proxy=false",
                "--run-loadbalancer=false",
                f"--hostname-override={layout.node}",
                f"--service-cluster-ip-range={layout.services}",
                "--health-port=0",
            ),
        ),
    )


def of_phase(layout: Layout, phase: Phase) -> Iterable[Component]:
    """Yield the programs that start in a phase."""
    return (one for one in components(layout) if one.phase is phase)


def _component(phase: Phase, name: str, *arguments: str) -> Component:
    return Component(name, phase, (f"{INSIDE}/bin/hyperkube", name, *arguments))
