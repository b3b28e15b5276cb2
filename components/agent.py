"""Prometheus as an agent, as a workload of the control plane: in front of a store that somebody else keeps."""

from components import roles
from components.workload import DataVolume, File, Port, Probe, Resources, Workload
from config.images import Image
from config.services.agent import AgentConfig, AgentFlags, command_line, render

_FILE = "/etc/prometheus/prometheus.yml"
_STORAGE = "/prometheus"


def agent(*, image: Image, config: AgentConfig, lifecycle: bool = False) -> Workload:
    """Describe one agent; what it could not deliver yet lies on its volume.

    With ``lifecycle``, whoever reaches it may have it read its configuration again or end it. Nobody calls it.
    """
    flags = AgentFlags(config_file=_FILE, storage_path=_STORAGE, lifecycle=lifecycle)
    return Workload(
        role=roles.AGENT,
        image=image,
        user="65534:65534",
        command=command_line(flags),
        ports=(Port(name="http", number=roles.PROMETHEUS_HTTP),),
        probe=Probe(path="/-/healthy", port="http"),
        resources=Resources(memory_mib=512, cpus=1.0),
        files=(File(path=_FILE, content=render(config), reloads=True),),
        volumes=(DataVolume(name="agent", path=_STORAGE),),
    )
