"""Repositories for the stack's own images: scanned on push, immutable tags, old images expire."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.keys import KeyArgs, make_key

_KEPT_RELEASES = 30
_UNTAGGED_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """One repository per name; a ``protected`` one cannot be deleted while it contains images.

    Names in AWS begin with ``prefix``, ``planewatch-<stack>-<name>`` unless given.
    """

    account: Account
    names: tuple[str, ...]
    protected: bool
    prefix: str | None = None


class Registry(pulumi.ComponentResource):
    """ECR repositories; ``urls`` by name."""

    urls: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: RegistryArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Registry", name, None, opts)
        prefix = args.prefix or args.account.named(name)
        key = make_key(
            f"{name}-images-key",
            KeyArgs(account=args.account, alias=f"{prefix}-images", description=f"{prefix}: container images"),
            parent=self,
        )
        self.urls = {
            image: self._repository(f"{name}-{image}", f"{prefix}/{image}", key, protected=args.protected)
            for image in args.names
        }
        self.register_outputs({"urls": self.urls})

    def _repository(self, name: str, path: str, key: aws.kms.Key, *, protected: bool) -> pulumi.Output[str]:
        here = pulumi.ResourceOptions(parent=self)
        repository = aws.ecr.Repository(
            name,
            name=path,
            force_delete=not protected,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[
                aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=key.arn)
            ],
            opts=here,
        )
        aws.ecr.LifecyclePolicy(name, repository=repository.name, policy=_lifecycle(), opts=here)
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
