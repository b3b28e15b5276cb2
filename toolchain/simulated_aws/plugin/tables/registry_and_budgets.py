"""Container registries and cost budgets."""

from toolchain.simulated_aws.plugin.rows import Call, Change, Each, Read, Row
from toolchain.simulated_aws.plugin.tables import tagging

_REPOSITORY = {"repositoryName": "{id}"}
_BUDGET = {"AccountId": "{budget_account}", "BudgetName": "{budget_name}"}


ROWS = (
    Row(
        urn_type="aws:ecr/repository:Repository",
        service="ecr",
        create=Call("create_repository"),
        identity="repository.repositoryName",
        read=Read(Call("describe_repositories", {"repositoryNames": ["{id}"]}), "repositories[0]"),
        changes=(
            Change(
                ("imageTagMutability", "imageTagMutabilityExclusionFilters"),
                Call("put_image_tag_mutability", {**_REPOSITORY, "imageTagMutability": "{imageTagMutability}"}),
            ),
            Change(("imageScanningConfiguration",), Call("put_image_scanning_configuration", _REPOSITORY)),
        ),
        delete=Call("delete_repository", {**_REPOSITORY, "force": "{forceDelete}"}),
        shape_names={"name": "repositoryName", "arn": "repositoryArn", "repositoryUrl": "repositoryUri"},
        force_new=frozenset({"encryptionConfigurations"}),
        defaults={"imageTagMutability": "MUTABLE"},
        autoname="name",
        tags=tagging.ECR,
        missing=("RepositoryNotFoundException",),
        local=frozenset({"forceDelete"}),
    ),
    Row(
        urn_type="aws:ecr/lifecyclePolicy:LifecyclePolicy",
        service="ecr",
        create=Call("put_lifecycle_policy"),
        identity="{repository}",
        import_parts=("repository",),
        read=Read(Call("get_lifecycle_policy", _REPOSITORY)),
        changes=(Change(("policy",), Call("put_lifecycle_policy", _REPOSITORY)),),
        delete=Call("delete_lifecycle_policy", _REPOSITORY),
        shape_names={"repository": "repositoryName", "policy": "lifecyclePolicyText"},
        force_new=frozenset({"repository"}),
        missing=("LifecyclePolicyNotFoundException", "RepositoryNotFoundException"),
    ),
    Row(
        urn_type="aws:budgets/budget:Budget",
        service="budgets",
        create=Call("create_budget", {"AccountId": "{budget_account}", "Budget": "{budget}"}),
        identity="{budget_account}:{budget_name}",
        read=Read(
            Call("describe_budget", _BUDGET),
            "Budget",
            {"limitAmount": "BudgetLimit.Amount", "limitUnit": "BudgetLimit.Unit"},
        ),
        changes=(
            Change(
                ("limitAmount", "limitUnit", "budgetType", "timeUnit", "costFilters"),
                Call("update_budget", {"AccountId": "{budget_account}", "NewBudget": "{budget}"}),
                send=False,
            ),
        ),
        each=(
            Each(
                "notifications",
                add=Call(
                    "create_notification",
                    {**_BUDGET, "Notification": "{notification}", "Subscribers": "{subscribers}"},
                ),
                remove=Call("delete_notification", {**_BUDGET, "Notification": "{notification}"}),
                send=False,
            ),
        ),
        delete=Call("delete_budget", _BUDGET),
        shape_names={"name": "BudgetName"},
        force_new=frozenset({"accountId"}),
        autoname="name",
        tags=tagging.BUDGETS,
        made={
            "accountId": "{budget_account}",
            "arn": "arn:{partition}:budgets::{budget_account}:budget/{budget_name}",
        },
        missing=("NotFoundException",),
        hooks=("budget",),
    ),
)
