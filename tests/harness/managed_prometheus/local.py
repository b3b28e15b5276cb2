"""The whole on this machine: service, stores and the credentials endpoint, for a test to point real programs at."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.harness.managed_prometheus.identities import Credentials, Identities
from tests.harness.managed_prometheus.pod_identity import PodIdentity, ServiceAccount, container_environment
from tests.harness.managed_prometheus.policies import Policy
from tests.harness.managed_prometheus.service import Service, Workspace, workspace_arn
from tests.harness.managed_prometheus.serving import serving
from tests.harness.managed_prometheus.stores import WorkspaceStore, store
from tests.harness.prometheus import Store

REGION = "eu-central-1"
OUT_OF_ORDER_S = 600
FORGETFUL, FORGETFUL_S = "ws-forgetful", 5


@dataclass(frozen=True, kw_only=True)
class LocalManagedPrometheus:
    """Base URL of the service, what stands behind it, and who may come."""

    url: str
    service: Service
    identities: Identities
    stores: Mapping[str, WorkspaceStore]
    pod_identity: PodIdentity
    pod_identity_url: str

    def endpoint(self, workspace: str) -> str:
        """Return a workspace's endpoint as AWS says it; it ends in a slash."""
        return f"{self.url}/workspaces/{workspace}/"

    def stored(self, workspace: str) -> Store:
        """Return what lies behind a workspace, past the frontend."""
        return Store(url=self.stores[workspace].url)

    def pod(self, token_file: Path) -> dict[str, str]:
        """Return the environment of a pod whose service account's token is in ``token_file``."""
        return container_environment(self.pod_identity_url, token_file)

    def credentials(self, role_arn: str) -> Credentials:
        """Give out credentials of a role, as if to a pod."""
        return self.identities.issue(role_arn)


@contextmanager
def managed_prometheus(
    folder: Path,
    program: str,
    workspaces: tuple[str, ...],
    *,
    policies_of: Callable[[str], tuple[Policy, ...]],
    account_of: Callable[[str], ServiceAccount | None],
    role_of: Callable[[ServiceAccount], str | None],
    address: str = "127.0.0.1",
) -> Iterator[LocalManagedPrometheus]:
    """Run a service with ``workspaces``; ``program`` is the path of Prometheus, ``address`` where frontends listen.

    Queries of the one called `FORGETFUL` look back for seconds instead of minutes.
    """
    identities = Identities(policies_of=policies_of)
    pods = PodIdentity(identities=identities, account_of=account_of, role_of=role_of)
    with ExitStack() as stack:
        stores = {
            name: stack.enter_context(
                store(
                    folder / name,
                    program,
                    out_of_order_s=OUT_OF_ORDER_S,
                    memory_s=FORGETFUL_S if name == FORGETFUL else 300,
                )
            )
            for name in workspaces
        }
        frontends = {name: Workspace(id=name, region=REGION, store_url=stores[name].url) for name in workspaces}
        service = Service(frontends, identities, REGION)
        yield LocalManagedPrometheus(
            url=stack.enter_context(serving(service.app, address)),
            service=service,
            identities=identities,
            stores=stores,
            pod_identity=pods,
            pod_identity_url=stack.enter_context(serving(pods.app, address)),
        )


def arn(workspace: str) -> str:
    """Return the ARN of a workspace of the local service."""
    return workspace_arn(workspace, REGION)
