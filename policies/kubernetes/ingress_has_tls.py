"""Every host of an Ingress and every listener of a Gateway uses TLS."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs

from policies.reading import Record, Unknown, has_unknown, inside, known
from policies.resource_policies import Findings, resource_policy

_INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
_GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
_TLS_PROTOCOLS = ("HTTPS", "TLS")


def check(args: ResourceValidationArgs) -> Findings:
    """Require each host of an Ingress in its `tls`, and each listener of a Gateway with one."""
    spec = inside(Record(args.props), "spec")
    if spec is None or isinstance(spec, Unknown):
        return
    if args.resource_type == _GATEWAY:
        for listener in known(spec.records("listeners")):
            protocol = listener.text("protocol")
            if isinstance(protocol, str) and protocol not in _TLS_PROTOCOLS:
                yield f"listener '{listener.text('name')}' speaks {protocol}"
        return
    yield from _bare_hosts(spec)


def _bare_hosts(spec: Record) -> Iterator[str]:
    entries = spec.records("tls")
    if has_unknown(entries) or any(has_unknown(entry.texts("hosts")) for entry in known(entries)):
        return
    covered = {host for entry in known(entries) for host in known(entry.texts("hosts"))}
    for rule in known(spec.records("rules")):
        host = rule.text("host")
        if isinstance(host, Unknown) or (host or "") in covered or _wildcard(host or "") in covered:
            continue
        yield f"host '{host}' is served without TLS" if host else "a rule without host is served without TLS"


def _wildcard(host: str) -> str:
    return f"*.{host.partition('.')[2]}"


POLICY = resource_policy(
    name="ingress-has-tls",
    description="Every host of an Ingress and every listener of a Gateway uses TLS.",
    remedy="list the host under tls with the Secret that holds its certificate",
    types=(_INGRESS, _GATEWAY),
    check=check,
)
