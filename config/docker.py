"""Settings of the platform `docker`."""

from pydantic import Field

from config import patterns
from config.model import Model
from config.networks import Address


class DockerSettings(Model):
    """Docker networking; for the platform `docker`."""

    bind_address: Address = Field(default="127.0.0.1", validate_default=True)
    """Address of the engine's machine on which ports are published; where the engine is on another machine
    (`DOCKER_HOST`), one that this machine reaches."""
    address_pool: str = Field(default="10.128.0.0/9", pattern=patterns.ADDRESS_POOL)
    """Network from which each of the stack's networks gets a /28."""
