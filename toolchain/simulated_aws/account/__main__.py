"""Starts the simulated AWS API: `python -m toolchain.simulated_aws.account --port 0`."""

import argparse
import signal
import sys
import threading

from toolchain.simulated_aws.account.backends import Backends
from toolchain.simulated_aws.account.serving import Simulator


def main() -> None:
    """Print the address, then serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="toolchain.simulated_aws.account", description="a simulated AWS API")
    parser.add_argument("--port", type=int, default=0, help="a port of loopback; 0 takes a free one")
    parser.add_argument("--cluster-endpoint", default="", help="URL of the API server that clusters lead to")
    parser.add_argument("--cluster-authority", default="", help="its authority, PEM in base64")
    parser.add_argument("--workspaces-url", default="", help="where workspaces of Managed Prometheus answer")
    options = parser.parse_args()
    backends = Backends(
        cluster_endpoint=options.cluster_endpoint,
        cluster_authority=options.cluster_authority,
        workspaces_url=options.workspaces_url,
    )
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    with Simulator(options.port, backends=backends) as simulator:
        sys.stdout.write(f"{simulator.url}\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
