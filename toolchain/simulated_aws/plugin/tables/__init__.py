"""The resource types that the plugin knows, by token."""

from toolchain.simulated_aws.plugin.rows import Row
from toolchain.simulated_aws.plugin.tables import (
    amp,
    eks,
    grafana,
    iam,
    keys_and_topics,
    launch_templates,
    network,
    registry_and_budgets,
    routes,
    secrets,
    security_groups,
)

ROWS: dict[str, Row] = {
    row.urn_type: row
    for table in (
        network,
        launch_templates,
        routes,
        secrets,
        security_groups,
        iam,
        keys_and_topics,
        eks,
        amp,
        grafana,
        registry_and_budgets,
    )
    for row in table.ROWS
}
