"""Cases of the policies about what holds data on AWS, and about who is told of alerts."""

from policies.aws import (
    data_has_customer_key,
    data_outlives_the_stack,
    key_outlives_mistakes,
    log_group_has_retention,
    repository_keeps_what_was_pushed,
    subscription_is_encrypted,
)
from policies.aws_views import CLUSTER, KEY, LOG_GROUP, REPOSITORY, SECRET, TOPIC, WORKSPACE
from tests.policies.aws_samples import KEY_ARN, cluster, guarded, key, log_group, repository
from tests.policies.cases import Case
from tests.policies.samples import (
    UNKNOWN_FLAG,
    UNKNOWN_LIST,
    UNKNOWN_NUMBER,
    UNKNOWN_OBJECT,
    UNKNOWN_TEXT,
    hardened,
    resource,
)

_key = data_has_customer_key.POLICY
_kept = data_outlives_the_stack.POLICY
_rotated = key_outlives_mistakes.POLICY
_days = log_group_has_retention.POLICY
_images = repository_keeps_what_was_pushed.POLICY
_told = subscription_is_encrypted.POLICY

_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
_container = resource(hardened())
_AWS_KEY = "arn:aws:kms:eu-central-1:123456789012:alias/aws/sns"

CASES = (
    Case(_key, "pass", "a cluster", resource(cluster(), CLUSTER)),
    Case(_key, "pass", "logs", resource(log_group(), LOG_GROUP)),
    Case(_key, "pass", "a topic by alias", resource({"kmsMasterKeyId": "alias/planewatch-sample"}, TOPIC)),
    Case(_key, "pass", "images", resource(repository(), REPOSITORY)),
    Case(_key, "fail", "logs", resource(log_group(kmsKeyId=None), LOG_GROUP), ("kmsKeyId is not set",)),
    Case(_key, "fail", "metrics", resource({}, WORKSPACE), ("kmsKeyArn is not set",)),
    Case(_key, "fail", "a secret", resource({}, SECRET), ("kmsKeyId is not set",)),
    Case(_key, "fail", "a key that AWS owns", resource({"kmsMasterKeyId": "alias/aws/sns"}, TOPIC), ("AWS owns",)),
    Case(_key, "fail", "the same by ARN", resource({"kmsMasterKeyId": _AWS_KEY}, TOPIC), ("a key that AWS owns",)),
    Case(
        _key,
        "fail",
        "a cluster",
        resource(cluster(encryptionConfig=None), CLUSTER),
        ("does not cover the cluster's Secrets", "encryptionConfig.provider.keyArn is not set"),
    ),
    Case(_key, "fail", "images", resource(repository(encryptionConfigurations=None), REPOSITORY), ("is not set",)),
    Case(
        _key,
        "fail",
        "images with the key of AWS",
        resource(repository(encryptionConfigurations=[{"encryptionType": "KMS"}]), REPOSITORY),
        ("encryptionConfigurations.kmsKey is not set",),
    ),
    Case(_key, "unknown", "a key", resource({"kmsKeyArn": UNKNOWN_TEXT}, WORKSPACE)),
    Case(_key, "unknown", "a cluster's", resource(cluster(encryptionConfig=UNKNOWN_OBJECT), CLUSTER)),
    Case(
        _key,
        "unknown",
        "parts of a cluster's",
        resource(cluster(encryptionConfig={"provider": {"keyArn": UNKNOWN_TEXT}, "resources": UNKNOWN_LIST}), CLUSTER),
    ),
    Case(_key, "unknown", "images", resource(repository(encryptionConfigurations=UNKNOWN_LIST), REPOSITORY)),
    Case(_key, "not-applicable", "a container", _container),
    Case(_kept, "pass", "a cluster", guarded(cluster(), CLUSTER)),
    Case(_kept, "pass", "metrics", guarded({}, WORKSPACE)),
    Case(_kept, "pass", "a secret", resource({"recoveryWindowInDays": 30.0}, SECRET)),
    Case(_kept, "pass", "flow logs", resource(log_group(name="/planewatch-sample/flow-logs"), LOG_GROUP)),
    Case(_kept, "fail", "metrics", resource({}, WORKSPACE), ("is not protected",)),
    Case(_kept, "fail", "logs", resource(log_group(skipDestroy=False), LOG_GROUP), ("protected", "skipDestroy is off")),
    Case(
        _kept,
        "fail",
        "a cluster without AWS's own guard",
        guarded(cluster(deletionProtection=None), CLUSTER),
        ("deletionProtection is off",),
    ),
    Case(_kept, "fail", "a secret", resource({"recoveryWindowInDays": 0.0}, SECRET), ("cannot be restored",)),
    Case(_kept, "unknown", "a cluster", guarded(cluster(deletionProtection=UNKNOWN_FLAG), CLUSTER)),
    Case(_kept, "unknown", "logs", resource(log_group(name=UNKNOWN_TEXT), LOG_GROUP)),
    Case(_kept, "not-applicable", "a container", _container),
    Case(_rotated, "pass", "a key", resource(key(), KEY)),
    Case(_rotated, "pass", "what AWS waits", resource(key(deletionWindowInDays=None), KEY)),
    Case(
        _rotated,
        "pass",
        "a pair, which AWS cannot rotate",
        resource(key(enableKeyRotation=False, customerMasterKeySpec="ECC_NIST_P256"), KEY),
    ),
    Case(
        _rotated,
        "fail",
        "a key",
        resource(key(enableKeyRotation=None, deletionWindowInDays=7.0), KEY),
        ("is not rotated", "is lost 7 days after"),
    ),
    Case(
        _rotated,
        "unknown",
        "a key",
        resource(key(enableKeyRotation=UNKNOWN_FLAG, deletionWindowInDays=UNKNOWN_NUMBER), KEY),
    ),
    Case(_rotated, "not-applicable", "a container", _container),
    Case(_days, "pass", "days", resource(log_group(), LOG_GROUP)),
    Case(_days, "fail", "nothing said", resource(log_group(retentionInDays=None), LOG_GROUP), ("for ever",)),
    Case(_days, "fail", "for ever", resource(log_group(retentionInDays=0.0), LOG_GROUP), ("for ever",)),
    Case(_days, "unknown", "days", resource(log_group(retentionInDays=UNKNOWN_NUMBER), LOG_GROUP)),
    Case(_days, "not-applicable", "a container", _container),
    Case(_images, "pass", "images", resource(repository(), REPOSITORY)),
    Case(_images, "fail", "nothing said", resource({}, REPOSITORY), ("does not scan", "imageTagMutability is not set")),
    Case(
        _images,
        "fail",
        "switched off",
        resource(
            repository(imageScanningConfiguration={"scanOnPush": False}, imageTagMutability="MUTABLE"), REPOSITORY
        ),
        ("does not scan", "imageTagMutability is MUTABLE"),
    ),
    Case(
        _images,
        "unknown",
        "both",
        resource(
            repository(imageScanningConfiguration={"scanOnPush": UNKNOWN_FLAG}, imageTagMutability=UNKNOWN_TEXT),
            REPOSITORY,
        ),
    ),
    Case(_images, "unknown", "scanning", resource(repository(imageScanningConfiguration=UNKNOWN_OBJECT), REPOSITORY)),
    Case(_images, "not-applicable", "a container", _container),
    Case(_told, "pass", "mail", resource({"protocol": "email", "endpoint": "oncall@example.com"}, _SUBSCRIPTION)),
    Case(
        _told, "fail", "in clear", resource({"protocol": "http", "endpoint": KEY_ARN}, _SUBSCRIPTION), ("unencrypted",)
    ),
    Case(
        _told,
        "fail",
        "an address in clear",
        resource({"protocol": "https", "endpoint": "http://hooks.example"}, _SUBSCRIPTION),
        ("unencrypted",),
    ),
    Case(_told, "unknown", "both", resource({"protocol": UNKNOWN_TEXT, "endpoint": UNKNOWN_TEXT}, _SUBSCRIPTION)),
    Case(_told, "not-applicable", "a container", _container),
)
