"""The container."""

from toolchain.standins.docker.schema import ResourceType
from toolchain.standins.docker.tables.container_blocks import BLOCKS
from toolchain.standins.docker.tables.container_scalars import SCALARS

CONTAINER = ResourceType(
    urn_type="docker:index/container:Container",
    props=SCALARS + BLOCKS,
    autoname=True,
    delete_first=True,
    meta=(
        '{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,"update":1200000000000},"schema_version":"2"}'
    ),
)
