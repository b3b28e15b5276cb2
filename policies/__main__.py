"""Start of the policy pack: the engine's language host runs this folder."""

from pulumi_policy import PolicyPack

from policies import exemptions
from policies.decoding import decode_once
from policies.pack import POLICIES
from policies.stack_config import enforcement_level

decode_once()
# A bad one stops the run before anything is judged.
exemptions.of_stack()
PolicyPack(name="planewatch", policies=list(POLICIES), enforcement_level=enforcement_level())
