"""Names on the engine, and which images a stack runs."""

from config import images
from config.image_overrides import ImageOverride
from config.images import AppImage, Image
from infra.images import resolve
from infra.platforms.docker.naming import Naming

NAMING = Naming(stack="sample")
DIGEST = "sha256:" + "0a" * 32


def test_names_say_stack_plane_and_role() -> None:
    assert NAMING.zone("prod") == "planewatch-sample-prod"
    assert NAMING.scrape("prod") == "planewatch-sample-prod-scrape"
    assert NAMING.service("prod", "api") == "planewatch-sample-prod-api"


def test_the_longest_names_are_dns_labels() -> None:
    naming = Naming(stack="s" * 20)
    assert len(naming.service("p" * 20, "collector")) <= 63
    assert len(naming.service("control", "alertmanager")) <= 63


def test_labels_say_whose_a_resource_is() -> None:
    labels = NAMING.labels("prod", "api")
    assert labels["planewatch.stack"] == "sample"
    assert labels["planewatch.data_plane_id"] == "prod"
    assert labels["planewatch.role"] == "api"
    for shape in (NAMING.container_labels, NAMING.network_labels, NAMING.volume_labels):
        assert {entry.label: entry.value for entry in shape("prod", "api")} == labels


def test_without_overrides_the_catalogue_runs() -> None:
    found = resolve({})
    assert found.prometheus == images.PROMETHEUS
    assert found.collector == images.COLLECTOR
    assert found.utility == images.UTILITY
    assert (found.api, found.console) == (images.API, images.CONSOLE)


def test_a_digest_pins_the_catalogues_reference() -> None:
    found = resolve({"prometheus": ImageOverride(digest=DIGEST)}).prometheus
    assert found.pinned == f"{images.PROMETHEUS.reference}@{DIGEST}"


def test_a_reference_replaces_a_third_party_image() -> None:
    found = resolve({"alertmanager": ImageOverride(reference="mirror.example:5000/alertmanager:v1.2")}).alertmanager
    assert found.pinned == "mirror.example:5000/alertmanager:v1.2"
    assert found.version == "v1.2"


def test_an_app_with_a_reference_is_not_built() -> None:
    found = resolve({"api": ImageOverride(reference="example/api:2.0", digest=DIGEST)})
    assert isinstance(found.api, Image)
    assert found.api.pinned == f"example/api:2.0@{DIGEST}"
    assert isinstance(found.console, AppImage)
