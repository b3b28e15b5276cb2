"""Container registries and cost budgets."""

from toolchain.plugins.aws.rows import Call, Change, Look, Row
from toolchain.plugins.aws.tables import tagging

_REPOSITORY = {"repositoryName": "{id}"}


ROWS = (
    Row(
        urn_type="aws:ecr/repository:Repository",
        service="ecr",
        create=Call("create_repository"),
        identity="repository.repositoryName",
        look=Look(Call("describe_repositories", {"repositoryNames": ["{id}"]}), "repositories[0]"),
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
        look=Look(Call("get_lifecycle_policy", _REPOSITORY)),
        changes=(Change(("policy",), Call("put_lifecycle_policy", _REPOSITORY)),),
        delete=Call("delete_lifecycle_policy", _REPOSITORY),
        shape_names={"repository": "repositoryName", "policy": "lifecyclePolicyText"},
        force_new=frozenset({"repository"}),
        missing=("LifecyclePolicyNotFoundException", "RepositoryNotFoundException"),
    ),
)
