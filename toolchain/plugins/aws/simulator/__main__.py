"""Starts the simulated AWS API: `python -m toolchain.plugins.aws.simulator --port 0`."""

import argparse
import signal
import sys
import threading

from toolchain.plugins.aws.simulator.serving import Simulator


def main() -> None:
    """Print the address, then serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="toolchain.plugins.aws.simulator", description="a simulated AWS API")
    parser.add_argument("--port", type=int, default=0, help="a port of loopback; 0 takes a free one")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    with Simulator(parser.parse_args().port) as simulator:
        sys.stdout.write(f"{simulator.url}\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
