"""What each service is told: identity, addresses, images, files; secrets stay secret."""

import pulumi
import yaml

from components import roles
from config import images
from config.images import Image
from tests.components.declaring import declare, is_secret, settings, value_of
from tests.components.fake_platform import FakePlatform

WEBHOOK = "http://192.0.2.1/hunter2"


def test_an_application_knows_itself_its_collector_and_nothing_else(platform: FakePlatform) -> None:
    declare(settings({"release": "1.2"}, prod={"environment": "live"}, dev={}), platform)
    environment = platform.workloads["prod", "api"].environment
    assert environment["DATA_PLANE_ID"] == "prod"
    assert environment["ENVIRONMENT"] == "live"
    assert environment["SERVICE_VERSION"] == "1.2"
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"http://collector.prod:{roles.OTLP_HTTP}"
    # 1 s and no more: a request is to be in the store within 15 s.
    assert environment["OTEL_METRIC_EXPORT_INTERVAL"] == "1000"
    assert not any("dev" in value for value in environment.values())


def test_agents_of_all_languages_are_told_what_they_need(platform: FakePlatform) -> None:
    declare(settings({"release": "1.2+beta"}, prod={"environment": "live"}), platform)
    environment = platform.workloads["prod", "api"].environment
    assert {key: value for key, value in environment.items() if key.startswith("OTEL_")} == {
        "OTEL_ENDPOINT": f"http://collector.prod:{roles.OTLP_HTTP}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://collector.prod:{roles.OTLP_HTTP}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_SERVICE_NAME": "api",
        "OTEL_RESOURCE_ATTRIBUTES": "service.version=1.2%2Bbeta,deployment.environment.name=live",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_TRACES_EXPORTER": "none",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_METRIC_EXPORT_INTERVAL": "1000",
        "OTEL_METRIC_EXPORT_TIMEOUT": "1000",
        "OTEL_NODE_RESOURCE_DETECTORS": "env,host,os,process,serviceinstance",
        "OTEL_SEMCONV_STABILITY_OPT_IN": "http",
    }


def test_no_export_may_take_longer_than_the_interval_that_the_stack_says(platform: FakePlatform) -> None:
    variables = {"OTEL_METRIC_EXPORT_INTERVAL": "500"}
    declare(settings(prod={"workloads": {"api": {"environmentVariables": variables}}}), platform)
    assert platform.workloads["prod", "api"].environment["OTEL_METRIC_EXPORT_TIMEOUT"] == "500"


def test_an_applications_own_variables_win(platform: FakePlatform) -> None:
    variables = {"ERROR_RATE": "0.5", "OTEL_METRIC_EXPORT_INTERVAL": "500"}
    declare(settings(prod={"workloads": {"api": {"environmentVariables": variables}}}), platform)
    environment = platform.workloads["prod", "api"].environment
    assert {key: environment[key] for key in variables} == variables


def test_an_application_is_what_the_stack_says(platform: FakePlatform) -> None:
    shop = {"image": "example/shop:1.0", "port": 9000, "healthPath": "/up", "memoryMib": 64, "cpus": 0.25}
    declare(settings(prod={"workloads": {"shop": shop}}), platform)
    workload = platform.workloads["prod", "shop"]
    assert isinstance(workload.image, Image)
    assert workload.image.pinned == "example/shop:1.0"
    assert (workload.probe.path, workload.port("http").number) == ("/up", 9000)
    assert (workload.resources.memory_mib, workload.resources.cpus) == (64, 0.25)
    assert workload.environment["PORT"] == "9000"


def test_without_a_word_the_sample_api_runs(platform: FakePlatform) -> None:
    declare(settings(prod={}), platform)
    assert platform.workloads["prod", "api"].image == images.API
    assert platform.workloads["control", "console"].image == images.CONSOLE


def test_a_collector_stamps_its_planes_identity(platform: FakePlatform) -> None:
    declare(settings(prod={"environment": "live"}, dev={}), platform)
    for plane, environment in (("prod", "live"), ("dev", "dev")):
        workload = platform.workloads[plane, roles.COLLECTOR]
        (file,) = workload.files
        text = value_of(file.content)
        assert f"--config={file.path}" in workload.command
        document = yaml.safe_load(text)
        actions = document["processors"]["resource/identity"]["attributes"]
        stamp = {action["key"]: action["value"] for action in actions if action["action"] == "upsert"}
        assert stamp == {"environment": environment, "data_plane_id": plane}


def test_a_collector_knows_where_its_planes_services_are_probed(platform: FakePlatform) -> None:
    shop = {"healthPath": "/ready", "livenessPath": "/live", "startupPath": "/started"}
    workloads = {"shop": {**shop, "image": "example/shop:1.0"}, "site": {"healthPath": "/"}, "api": {}}
    declare(settings(prod={"workloads": workloads}, dev={}), platform)
    for plane, routes in (("prod", ["/live", "/ready", "/started"]), ("dev", [])):
        text = value_of(platform.workloads[plane, roles.COLLECTOR].files[0].content)
        marking = yaml.safe_load(text)["processors"].get("transform/probes", {"metric_statements": []})
        told = [each for block in marking["metric_statements"] for each in block["statements"]]
        assert [each.rpartition(" == ")[2] for each in told] == [f'"{route}"' for route in routes]


def test_the_console_asks_the_store_from_inside(platform: FakePlatform) -> None:
    declare(settings({"controlPlane": {"scrapeIntervalSeconds": 5}}, prod={}), platform)
    console = platform.workloads["control", "console"]
    environment = console.environment
    store = value_of(console.environment_outputs["PROMETHEUS_URL"])
    assert store == f"http://prometheus.control:{roles.PROMETHEUS_HTTP}"
    assert environment["SCRAPE_INTERVAL_SECONDS"] == "5"
    assert (environment["PLATFORM"], environment["STACK"]) == ("fake", "sample")


def test_the_webhook_is_a_secret_in_a_file_of_its_own(platform: FakePlatform) -> None:
    declare(settings(prod={}), platform, webhook=pulumi.Output.secret(WEBHOOK))
    workload = platform.workloads["control", roles.ALERTMANAGER]
    config, secret = workload.files
    assert secret.sensitive
    assert is_secret(secret.content)
    assert value_of(secret.content) == WEBHOOK
    assert not config.sensitive
    text = value_of(config.content)
    assert secret.path in text
    assert "hunter2" not in text
    assert "hunter2" not in repr(workload.command) + repr(workload.environment)
    assert secret.folder != config.folder


def test_no_service_but_alertmanager_sees_the_webhook(platform: FakePlatform) -> None:
    declare(settings(prod={}), platform, webhook=pulumi.Output.secret(WEBHOOK))
    for (_, role), workload in platform.workloads.items():
        contents = [value_of(file.content) for file in workload.files]
        seen = any("hunter2" in text for text in [*contents, *workload.environment.values(), *workload.command])
        assert seen == (role == roles.ALERTMANAGER)


def test_without_a_webhook_alertmanager_still_runs(platform: FakePlatform) -> None:
    declare(settings(prod={}), platform)
    (config,) = platform.workloads["control", roles.ALERTMANAGER].files
    assert yaml.safe_load(value_of(config.content))["route"]


def test_data_outlives_the_services_that_have_any(platform: FakePlatform) -> None:
    declare(settings(prod={}), platform)
    keepers = {role for (_, role), workload in platform.workloads.items() if workload.volumes}
    assert keepers == {roles.ALERTMANAGER}
