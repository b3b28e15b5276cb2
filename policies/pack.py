"""Every policy of the pack, in the order the engine runs them."""

from pulumi_policy import Policy

from policies.anywhere import (
    container_drops_all_capabilities,
    container_environment_holds_no_secret,
    container_gains_no_privileges,
    container_has_health_probe,
    container_has_resource_limits,
    container_image_is_pinned,
    container_is_not_privileged,
    container_keeps_own_namespaces,
    container_root_file_system_is_read_only,
    container_runs_as_non_root,
    resource_carries_identity,
)
from policies.docker import (
    carrier_is_inert,
    container_mounts_no_engine_socket,
    container_publishes_on_chosen_address,
    remote_image_is_pinned,
    scrape_network_is_internal,
)
from policies.kubernetes import (
    config_map_holds_no_secret,
    ingress_has_tls,
    namespace_is_restricted,
    namespaces_deny_by_default,
    pod_leaves_host_alone,
    pod_token_has_use,
    role_grants_what_it_names,
    service_stays_inside,
    services_outlive_a_pod,
)
from policies.stack import (
    api_stays_off_control_network,
    no_flow_between_planes,
    planes_have_own_zones,
    scrape_networks_are_closed,
)

POLICIES: tuple[Policy, ...] = (
    container_drops_all_capabilities.POLICY,
    container_environment_holds_no_secret.POLICY,
    container_gains_no_privileges.POLICY,
    container_has_health_probe.POLICY,
    container_has_resource_limits.POLICY,
    container_image_is_pinned.POLICY,
    container_is_not_privileged.POLICY,
    container_keeps_own_namespaces.POLICY,
    container_root_file_system_is_read_only.POLICY,
    container_runs_as_non_root.POLICY,
    resource_carries_identity.POLICY,
    carrier_is_inert.POLICY,
    container_mounts_no_engine_socket.POLICY,
    container_publishes_on_chosen_address.POLICY,
    remote_image_is_pinned.POLICY,
    scrape_network_is_internal.POLICY,
    config_map_holds_no_secret.POLICY,
    ingress_has_tls.POLICY,
    namespace_is_restricted.POLICY,
    namespaces_deny_by_default.POLICY,
    pod_leaves_host_alone.POLICY,
    pod_token_has_use.POLICY,
    role_grants_what_it_names.POLICY,
    service_stays_inside.POLICY,
    services_outlive_a_pod.POLICY,
    api_stays_off_control_network.POLICY,
    no_flow_between_planes.POLICY,
    planes_have_own_zones.POLICY,
    scrape_networks_are_closed.POLICY,
)
