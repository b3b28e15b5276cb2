"""Prometheus as an agent, as a workload of the control plane: it scrapes, and writes to a managed store."""

import pulumi

from components import roles
from components.pods_file import pods_file
from components.probe import Probe
from components.resources import PROMETHEUS, Resources
from components.volume import DataVolume
from components.workload import Caller, File, ImageSource, Port, Workload
from config.services.agent import AgentFlags, command_line

_FOLDER = "/etc/prometheus"
_FILE = f"{_FOLDER}/prometheus.yml"
_STORAGE = "/prometheus"


def agent(*, image: ImageSource, config: pulumi.Input[str], resources: Resources = PROMETHEUS) -> Workload:
    """Describe one agent with its rendered ``config``; it keeps what it could not deliver yet on its volume.

    Its role is that of Prometheus, by which collectors admit it. Only the other agents call it, to scrape it.
    """
    flags = AgentFlags(config_file=_FILE, storage_path=_STORAGE, assets=_FOLDER)
    return Workload(
        role=roles.PROMETHEUS,
        image=image,
        user="65534:65534",
        command=command_line(flags),
        ports=(Port(name="http", number=roles.PROMETHEUS_HTTP),),
        probe=Probe(path="/-/ready", port="http", liveness="/-/healthy"),
        resources=resources,
        files=(File(path=_FILE, content=config, reloads=True), pods_file(_FOLDER)),
        volumes=(DataVolume(name="agent", path=_STORAGE),),
        callers=(Caller(role=roles.PROMETHEUS, port="http"),),
    )
