"""Amazon Managed Service for Prometheus."""

from toolchain.simulated_aws.plugin.rows import Call, Change, Read, Row, Wait
from toolchain.simulated_aws.plugin.tables.tagging import BY_ARN

_GONE = ("ResourceNotFoundException",)
_WORKSPACE = {"workspaceId": "{id}"}
_STATUS = Wait("status.statusCode", ("ACTIVE",), ("CREATION_FAILED", "UPDATE_FAILED"), "status.statusReason")


ROWS = (
    Row(
        urn_type="aws:amp/workspace:Workspace",
        service="amp",
        create=Call("create_workspace"),
        identity="workspaceId",
        read=Read(Call("describe_workspace", _WORKSPACE), "workspace"),
        more=(
            Read(
                Call("describe_logging_configuration", _WORKSPACE, fine=_GONE),
                picks={"loggingConfiguration": "loggingConfiguration.{logGroupArn: logGroupArn}"},
                matches=False,
            ),
        ),
        changes=(
            Change(("alias",), Call("update_workspace_alias", _WORKSPACE)),
            Change(
                ("loggingConfiguration",),
                Call("{logging_operation}", {**_WORKSPACE, "logGroupArn": "{log_group_arn}"}),
                on_create=True,
                send=False,
                clear=Call("delete_logging_configuration", _WORKSPACE),
            ),
        ),
        delete=Call("delete_workspace", _WORKSPACE),
        force_new=frozenset({"kmsKeyArn"}),
        tags=BY_ARN,
        wait=_STATUS,
        missing=_GONE,
        hooks=("amp_workspace",),
    ),
    Row(
        # The service makes it with the workspace and has no way to remove it.
        urn_type="aws:amp/workspaceConfiguration:WorkspaceConfiguration",
        service="amp",
        create=Call("update_workspace_configuration"),
        identity="{workspaceId}",
        import_parts=("workspaceId",),
        read=Read(
            Call("describe_workspace_configuration", _WORKSPACE), "workspaceConfiguration", {"workspaceId": "'{id}'"}
        ),
        changes=(
            Change(
                (
                    "limitsPerLabelSets",
                    "outOfOrderTimeWindowInSeconds",
                    "retentionPeriodInDays",
                    "ruleQueryOffsetInSeconds",
                ),
                Call("update_workspace_configuration", _WORKSPACE),
            ),
        ),
        delete=None,
        force_new=frozenset({"workspaceId"}),
        wait=_STATUS,
        missing=_GONE,
        local=frozenset({"timeouts"}),
    ),
    Row(
        urn_type="aws:amp/ruleGroupNamespace:RuleGroupNamespace",
        service="amp",
        create=Call("create_rule_groups_namespace"),
        identity="arn",
        read=Read(
            Call("describe_rule_groups_namespace", {"workspaceId": "{rules_workspace}", "name": "{rules_name}"}),
            "ruleGroupsNamespace",
        ),
        changes=(
            Change(
                ("data",),
                Call("put_rule_groups_namespace", {"workspaceId": "{rules_workspace}", "name": "{rules_name}"}),
            ),
        ),
        delete=Call("delete_rule_groups_namespace", {"workspaceId": "{rules_workspace}", "name": "{rules_name}"}),
        force_new=frozenset({"workspaceId"}),
        autoname="name",
        tags=BY_ARN,
        made={"workspaceId": "{rules_workspace}"},
        wait=_STATUS,
        missing=_GONE,
        hooks=("rule_groups",),
    ),
    Row(
        urn_type="aws:amp/alertManagerDefinition:AlertManagerDefinition",
        service="amp",
        create=Call("create_alert_manager_definition"),
        identity="{workspaceId}",
        import_parts=("workspaceId",),
        read=Read(
            Call("describe_alert_manager_definition", _WORKSPACE), "alertManagerDefinition", {"workspaceId": "'{id}'"}
        ),
        changes=(Change(("definition",), Call("put_alert_manager_definition", _WORKSPACE)),),
        delete=Call("delete_alert_manager_definition", _WORKSPACE),
        shape_names={"definition": "data"},
        force_new=frozenset({"workspaceId"}),
        wait=_STATUS,
        missing=_GONE,
    ),
    Row(
        urn_type="aws:amp/queryLoggingConfiguration:QueryLoggingConfiguration",
        service="amp",
        create=Call("create_query_logging_configuration"),
        identity="{workspaceId}",
        import_parts=("workspaceId",),
        read=Read(
            Call("describe_query_logging_configuration", _WORKSPACE),
            "queryLoggingConfiguration",
            {"workspaceId": "workspace"},
        ),
        changes=(Change(("destinations",), Call("update_query_logging_configuration", _WORKSPACE)),),
        delete=Call("delete_query_logging_configuration", _WORKSPACE),
        force_new=frozenset({"workspaceId"}),
        wait=_STATUS,
        missing=_GONE,
        local=frozenset({"timeouts"}),
    ),
    Row(
        urn_type="aws:amp/scraper:Scraper",
        service="amp",
        create=Call("create_scraper"),
        identity="scraperId",
        read=Read(
            Call("describe_scraper", {"scraperId": "{id}"}),
            "scraper",
            {"scrapeConfiguration": "scrapeConfiguration.configurationBlob"},
        ),
        changes=(
            Change(
                ("alias", "scrapeConfiguration", "destination", "roleConfiguration"),
                Call("update_scraper", {"scraperId": "{id}"}),
            ),
        ),
        delete=Call("delete_scraper", {"scraperId": "{id}"}),
        shape_names={
            "destination.amp": "ampConfiguration",
            "source.eks": "eksConfiguration",
            "source.vpc": "vpcConfiguration",
        },
        force_new=frozenset({"source"}),
        tags=BY_ARN,
        wait=_STATUS,
        missing=_GONE,
    ),
)
