"""Repositories for the stack's own images: scanned when pushed, tags that never change, old ones let go."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws import keys
from components.aws.account import Account

_KEPT_RELEASES = 30
_UNTAGGED_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """One repository per name; one that is ``protected`` cannot go while there are images in it."""

    account: Account
    names: tuple[str, ...]
    protected: bool


class Registry(pulumi.ComponentResource):
    """ECR repositories; ``urls`` by name."""

    urls: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: RegistryArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Registry", name, None, opts)
        key = keys.key("images", "container images", args.account, parent=self)
        self.urls = {image: self._repository(image, args, key) for image in args.names}
        self.register_outputs({"urls": self.urls})

    def _repository(self, image: str, args: RegistryArgs, key: aws.kms.Key) -> pulumi.Output[str]:
        here = pulumi.ResourceOptions(parent=self)
        repository = aws.ecr.Repository(
            image,
            name=f"{args.account.name}/{image}",
            force_delete=not args.protected,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[
                aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=key.arn)
            ],
            opts=here,
        )
        aws.ecr.LifecyclePolicy(image, repository=repository.name, policy=_lifecycle(), opts=here)
        return repository.repository_url


def _lifecycle() -> str:
    untagged = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": _UNTAGGED_DAYS,
    }
    releases = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": _KEPT_RELEASES}
    rules = [
        {
            "rulePriority": 1,
            "description": "what a push left without a tag",
            "selection": untagged,
            "action": {"type": "expire"},
        },
        {"rulePriority": 2, "description": "old releases", "selection": releases, "action": {"type": "expire"}},
    ]
    return json.dumps({"rules": rules}, sort_keys=True)
