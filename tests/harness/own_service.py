"""A service of somebody's own, not ours: an image, and settings that use what a workload can say.

It answers GET of ``/live`` and ``/ready`` on two ports, out of a folder in which it may write: whoever removes a file
there makes the service say that it is not ready.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import docker

from config.images import UTILITY
from tests.harness.serving import serving
from tests.harness.settings import Settings

ROLE = "shop"
USER, GROUP = 999, 0
FOLDER = "/srv/www"
PORT, MORE = 9000, 9001
SECRET, VALUE = "orders-db", "correct horse: $(battery) $$taple"
VARIABLES = {"Logging__Level": "debug", "discovery.type": "single-node", "no_proxy": "collector"}
_START = f"""
echo live >{FOLDER}/live; echo ready >{FOLDER}/ready
/bin/busybox httpd -p {MORE} -h {FOLDER}
{serving("$PORT", FOLDER)}
"""


@contextmanager
def own_image(client: docker.DockerClient, tag: str) -> Iterator[str]:
    """Build the image and give its reference; it is removed from the engine at the end."""
    reference = f"planewatch-test/{ROLE}:{tag}"
    dockerfile = f"FROM {UTILITY.reference}\nCMD {json.dumps(['/bin/busybox', 'sh', '-c', _START])}\n"
    client.images.build(fileobj=io.BytesIO(dockerfile.encode()), tag=reference, rm=True)
    try:
        yield reference
    finally:
        client.images.remove(reference, force=True)


def workload(image: str) -> Settings:
    """Return the settings of the service; the secret that it names has to be set beside them."""
    return {
        "image": image,
        "port": PORT,
        "ports": {"more": MORE},
        "healthPath": "/ready",
        "livenessPath": "/live",
        "memoryMib": 80,
        "cpus": 0.25,
        "requests": {"memoryMib": 48, "cpus": 0.02},
        "userId": USER,
        "groupId": GROUP,
        "writablePaths": [FOLDER],
        "environmentVariables": dict(VARIABLES),
        "secretFiles": {"DB_PASSWORD": SECRET},
        "callers": ["api"],
    }
