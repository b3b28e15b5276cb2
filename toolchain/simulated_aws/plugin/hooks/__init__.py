"""What a row cannot say as data: extra checks, values for templates, readings, and what comes before."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from toolchain.simulated_aws.plugin.hooks import amp, budgets, ec2, eks, grafana, iam, launch_template, secrets
from toolchain.simulated_aws.plugin.hooks.checks import Checking
from toolchain.standins.servicer.values import Props

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection
    from toolchain.simulated_aws.plugin.hooks.resource import Resource

CHECKS: dict[str, Callable[[Checking], None]] = {
    "vpc_cidr": ec2.check_vpc_cidr,
    "subnet_cidr": ec2.check_subnet_cidr,
    "zone": ec2.check_zone,
    "endpoint_service": ec2.check_endpoint_service,
    "flow_log": ec2.check_flow_log,
    "launch_template": launch_template.check,
    "security_group_rule": ec2.check_rule,
    "role": iam.check_role,
    "key": iam.check_key,
    "policy_versions": iam.check_policy,
    "retention": iam.check_retention,
    "cluster": eks.check_cluster,
    "node_group": eks.check_node_group,
    "addon": eks.check_addon,
    "budget": budgets.check_budget,
    "grafana": grafana.check_workspace,
    "secret": secrets.check_secret,
    "secret_version": secrets.check_version,
}
SCOPES: "dict[str, Callable[[dict[str, object], Connection], None]]" = {
    "route": ec2.route_scope,
    "flow_log": ec2.flow_log_scope,
    "launch_template": launch_template.scope,
    "security_group": ec2.group_scope,
    "security_group_rule": ec2.rule_scope,
    "default_group": ec2.default_group_scope,
    "topic": iam.topic_scope,
    "cluster": eks.cluster_scope,
    "node_group": eks.node_group_scope,
    "amp_workspace": amp.workspace_scope,
    "rule_groups": amp.rules_scope,
    "budget": budgets.budget_scope,
    "secret": secrets.secret_scope,
    "secret_version": secrets.version_scope,
}
READS: "dict[str, Callable[[dict[str, Any], Resource], Props]]" = {
    "table_routes": ec2.read_routes,
    "security_group": ec2.read_group,
    "endpoint_service": ec2.read_endpoint,
    "flow_log": ec2.read_flow_log,
    "budget": budgets.read_budget,
    "launch_template": launch_template.read,
    "secret_version": secrets.read_version,
}
# Outputs that an update makes anew, so that a preview does not know them.
UNKNOWN_AFTER: "dict[str, Callable[[Props, Props], tuple[str, ...]]]" = {
    "launch_template": launch_template.unknown_after,
}
BEFORE_UPDATE: "dict[str, Callable[[Resource], None]]" = {
    "policy_versions": iam.make_room_for_version,
}
AFTER_CREATE: "dict[str, Callable[[Resource], None]]" = {
    "security_group": ec2.empty_group,
}
BEFORE_DELETE: "dict[str, Callable[[Resource], None]]" = {
    "policy_versions": iam.remove_versions,
    "role": iam.detach_policies,
}
