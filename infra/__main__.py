"""The Pulumi program: load the stack, choose its platform, build the topology, export the outputs."""

from config.load import load
from infra.platforms import choose
from infra.topology import build, export

stack = load()
platform = choose(stack)
export(stack, platform, build(stack, platform))
