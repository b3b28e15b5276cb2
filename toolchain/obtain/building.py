"""Clean up what an engine's classic builder leaves besides the requested image.

It keeps each earlier stage of a Dockerfile as an image without a name, and of a build that fails its last step. Stages
get a name, so that the next build finds its steps and a person knows whose they are; the rest is removed.
"""

import re
from collections.abc import Generator, Iterable, Mapping

from docker.api.client import APIClient
from docker.errors import APIError

_STEP = re.compile(r"^ ---> ([0-9a-f]{12,64})$", re.MULTILINE)


def tidied(client: APIClient, name: str, stream: Iterable[Mapping[str, object]]) -> Generator[Mapping[str, object]]:
    """Pass on what a build of ``name`` says; once it ends, nothing without a name is left of it.

    Close it where not all of it is read: then the build counts as failed.
    """
    steps: list[str] = []
    succeeded = True
    try:
        for message in stream:
            steps += _STEP.findall(str(message.get("stream", "")))
            succeeded = succeeded and "error" not in message
            yield message
    except BaseException:
        succeeded = False
        raise
    finally:
        for number, image in enumerate(_nameless(client, steps), 1):
            if succeeded:
                _give_name(client, image, _repository(name), f"stage-{number}")
            else:
                _remove(client, image)


def _repository(name: str) -> str:
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def _nameless(client: APIClient, steps: Iterable[str]) -> list[str]:
    """Return those of these images that have neither a name nor an image that is built on them, in order."""
    dangling = client.images(filters={"dangling": True}, quiet=True)
    found = [image for step in steps for image in dangling if image.removeprefix("sha256:").startswith(step)]
    return list(dict.fromkeys(found))


def _give_name(client: APIClient, image: str, repository: str, tag: str) -> None:
    """Name an image; whatever had the name before is removed unless it is needed."""
    before = client.images(name=f"{repository}:{tag}", quiet=True)
    client.tag(image, repository, tag)
    for old in before:
        if old != image:
            _remove(client, old)


def _remove(client: APIClient, image: str) -> None:
    try:
        client.remove_image(image)
    except APIError as error:
        # Gone already, or somebody has begun to use it: both are well.
        if error.status_code not in (404, 409):
            raise
