"""The cluster's certificates, made by openssl 3: one authority for it, one for the API server's own proxying."""

from dataclasses import dataclass
from pathlib import Path

from toolchain.cluster.layout import Layout
from toolchain.obtain import process

DAYS = "3650"
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc")
USES = ("keyUsage=digitalSignature,keyEncipherment", "extendedKeyUsage=serverAuth,clientAuth")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate's file name, its subject, further names it is valid for, and the authority that signs it."""

    name: str
    subject: str
    names: tuple[str, ...] = ()
    authority: str = "ca"


def certificates(layout: Layout) -> tuple[Certificate, ...]:
    """List every certificate of the cluster; those of `clients` also get a kubeconfig."""
    service = "kubernetes.default.svc"
    names = ("localhost", layout.node, "kubernetes", "kubernetes.default", service, f"{service}.cluster.local")
    addresses = ("127.0.0.1", layout.node_address, layout.api_service)
    return (
        Certificate(
            "apiserver",
            "/CN=kube-apiserver",
            (*(f"DNS:{name}" for name in names), *(f"IP:{address}" for address in addresses)),
        ),
        Certificate("apiserver-kubelet", "/O=system:masters/CN=kube-apiserver-kubelet-client"),
        Certificate("front-proxy", "/CN=front-proxy-client", authority="front-ca"),
        Certificate("kubelet-server", f"/CN={layout.node}", (f"DNS:{layout.node}", f"IP:{layout.node_address}")),
        *clients(layout),
    )


def clients(layout: Layout) -> tuple[Certificate, ...]:
    """List who talks to the API server, and as whom."""
    return (
        Certificate("admin", "/O=system:masters/CN=planewatch-admin"),
        Certificate("kubelet", f"/O=system:nodes/CN=system:node:{layout.node}"),
        Certificate("kube-controller-manager", "/CN=system:kube-controller-manager"),
        Certificate("kube-scheduler", "/CN=system:kube-scheduler"),
        Certificate("kube-proxy", "/CN=system:kube-proxy"),
        Certificate("kube-router", "/CN=planewatch:kube-router"),
        Certificate("local-volumes", "/CN=planewatch:local-volumes"),
    )


def make(layout: Layout) -> Path:
    """Make what is missing in the cluster's `pki` folder and return it; keys are readable by their owner only."""
    folder, log = layout.part("pki"), layout.logs / "certificates.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)

    def openssl(*arguments: str) -> None:
        process.run(["openssl", *arguments], cwd=folder, log=log, timeout=30)

    def certify(name: str, subject: str, extensions: tuple[str, ...], *, authority: str = "") -> None:
        if (folder / f"{name}.crt").is_file():
            return
        signed = ("-CA", f"{authority}.crt", "-CAkey", f"{authority}.key") if authority else ()
        added = [part for one in extensions for part in ("-addext", one)]
        files = ("-keyout", f"{name}.key", "-out", f"{name}.crt")
        openssl(
            "req", "-x509", "-config", "openssl.cnf", *CURVE, "-days", DAYS, *signed, "-subj", subject, *added, *files
        )

    # The distribution's file would make an authority of every certificate.
    (folder / "openssl.cnf").write_text("[req]\ndistinguished_name = name\n[name]\n")
    for name in ("ca", "front-ca"):
        rights = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
        certify(name, f"/CN=planewatch-{layout.name}-{name}", rights)
    for one in certificates(layout):
        names = (f"subjectAltName={','.join(one.names)}",) if one.names else ()
        certify(one.name, one.subject, ("basicConstraints=CA:FALSE", *USES, *names), authority=one.authority)
    if not (folder / "service-accounts.pub").is_file():
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "service-accounts.key")
        openssl("ec", "-in", "service-accounts.key", "-pubout", "-out", "service-accounts.pub")
    for secret in folder.glob("*.key"):
        secret.chmod(0o600)
    return folder
