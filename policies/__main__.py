"""Start of the policy pack: the engine's language host runs this folder."""

from pulumi_policy import PolicyPack

from policies.decoding import decode_once
from policies.pack import POLICIES
from policies.stack_config import enforcement_level

decode_once()
PolicyPack(name="planewatch", policies=list(POLICIES), enforcement_level=enforcement_level())
