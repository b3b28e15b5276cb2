"""The files that the cluster's programs read, rendered from its layout. Paths are those inside its namespaces."""

import base64
import json
import os
from pathlib import Path

import yaml

from toolchain.cluster.certificates import clients
from toolchain.cluster.images import PAUSE
from toolchain.cluster.layout import Layout
from toolchain.cluster.sandbox import INSIDE

CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
BRIDGE = "cni0"
CONTAINERD = f"""\
version = 2
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp",
]
[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd-opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  # Machines without CAP_SYS_RESOURCE refuse the -998 that sandboxes ask for.
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  # A profile that containerd loads stays in the kernel after it.
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{INSIDE}/etc/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
"""


def write(layout: Layout) -> None:
    """Write every file below `etc`, and the kubeconfigs."""
    etc = layout.part("etc")
    (etc / "containerd.toml").write_text(CONTAINERD)
    _dump(layout.part("etc/cni") / "10-pods.conflist", _pod_network(layout))
    _dump(etc / "kubelet.yaml", _kubelet(layout))
    _dump(etc / "kube-proxy.yaml", _kube_proxy(layout))
    for client in clients(layout):
        _write_secret(etc / f"{client.name}.kubeconfig", kubeconfig(layout, client.name))
    _write_secret(layout.kubeconfig, kubeconfig(layout, "admin"))


def kubeconfig(layout: Layout, client: str) -> str:
    """Render a kubeconfig that holds the client's certificate and key."""
    pki = layout.folder / "pki"

    def content(name: str) -> str:
        return base64.b64encode((pki / name).read_bytes()).decode()

    user = f"{layout.context}-{client}"
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": layout.context,
            "contexts": [{"name": layout.context, "context": {"cluster": layout.context, "user": user}}],
            "clusters": [
                {
                    "name": layout.context,
                    "cluster": {"server": layout.server, "certificate-authority-data": content("ca.crt")},
                }
            ],
            "users": [
                {
                    "name": user,
                    "user": {
                        "client-certificate-data": content(f"{client}.crt"),
                        "client-key-data": content(f"{client}.key"),
                    },
                }
            ],
        }
    )


def _pod_network(layout: Layout) -> dict[str, object]:
    """Pods hang on one bridge; host ports are rules inside the node's own network."""
    ipam = {
        "type": "host-local",
        "ranges": [[{"subnet": str(layout.pods)}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": "/run/cni-addresses",
    }
    bridge = {"type": "bridge", "bridge": BRIDGE, "isGateway": True, "hairpinMode": True, "ipMasq": False, "ipam": ipam}
    ports = {"type": "portmap", "capabilities": {"portMappings": True}, "snat": True}
    return {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge, ports]}


def _kubelet(layout: Layout) -> dict[str, object]:
    pki = f"{INSIDE}/pki"
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": str(layout.node_address),
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": f"{pki}/ca.crt"},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": f"{pki}/kubelet-server.crt",
        "tlsPrivateKeyFile": f"{pki}/kubelet-server.key",
        "cgroupDriver": "cgroupfs",
        "failCgroupV1": False,
        "cgroupRoot": f"/{layout.cgroup}",
        "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
        "clusterDNS": [str(layout.dns_service)],
        "clusterDomain": "cluster.local",
        "resolvConf": f"{INSIDE}/resolv.conf",
        "volumePluginDir": "/var/lib/kubelet/volumeplugins",
        "failSwapOn": False,
        "maxPods": 250,
        # How soon a pod sees a changed ConfigMap or Secret: by default after up to a minute.
        "syncFrequency": "10s",
        # Images were loaded by hand and cannot be pulled again: never collect them.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        # Shares of the machine's disk: the defaults would evict every pod on a well-filled laptop.
        "evictionHard": {
            "memory.available": "200Mi",
            "nodefs.available": "1%",
            "imagefs.available": "1%",
            "nodefs.inodesFree": "1%",
        },
    }


def _kube_proxy(layout: Layout) -> dict[str, object]:
    # Zero: leave connection tracking's size and times, which belong to the whole machine, as they are.
    untouched = {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"}
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clusterCIDR": str(layout.pods),
        "hostnameOverride": layout.node,
        "bindAddress": str(layout.node_address),
        "clientConnection": {"kubeconfig": f"{INSIDE}/etc/kube-proxy.kubeconfig"},
        "conntrack": untouched,
    }


def _dump(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=2))  # JSON is YAML too


def _write_secret(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
