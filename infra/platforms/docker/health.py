"""The health check of a container: a process that stays, and asks again and again while the service answers.

For each check an engine starts a process in the container, which costs it far more than the question (ADR 21).
"""

import pulumi_docker as docker

from components.workload import Workload

PROBE_FOLDER = "/.planewatch"
# Seconds from the end of one check to the next, and from one question of a check that stays to the next.
_PAUSE = 5
# Seconds in which a question must be answered.
_PATIENCE = 3
# Misses that make a service unhealthy: 15 s after its last answer when it refuses, 24 s when it hangs.
_MISSES = 3
# How often a check that stays asks: for two minutes. Staying longer would save nothing that can be measured.
_QUESTIONS = 24
# Checks that pass before one stays, in order that the engine says "healthy" as soon as it can: one of its own, and one
# of whoever waits for the start and runs the check for that.
_BRIEF = 2
# Ends only a check that gets no processor time: each question has a time limit of its own.
_TIMEOUT = "5m0s"
# A start may take this long before misses count.
_START = "1m0s"

# $0 is a static busybox, since the collector's image has neither shell nor client; $1 is the URL. How many checks have
# passed since the last miss is kept in /dev/shm, which can be written to under a read-only root and is new after a
# restart. Where it cannot be written to, no check stays. No process is left behind: it would become a zombie of the
# service, which expects no children. So:
# - No `timeout`, and no `wget -T`, with which Debian 12's static busybox ends with a segmentation fault: `read -t`.
# - A check that is told to end does so after what it runs, a pause at most.
# `-Y off`: a service that is given http_proxy is still asked here.
_SCRIPT = f"""
passed=/dev/shm/planewatch-health url=$1 count=0
trap 'exit 1' TERM
ask() {{
  {{ "$0" wget -Y off -q -O /dev/null "$url" & echo $!; wait $!; echo $?; }} | {{
    read -r asked
    read -r -t {_PATIENCE} code || {{ echo "no answer within {_PATIENCE} s" >&2; kill "$asked"; }}
    [ "$code" = 0 ]
  }}
}}
missed() {{
  echo 0 >$passed
  exit 1
}}
ask || missed
[ ! -s $passed ] || read -r count <$passed
[ "$count" -ge {_BRIEF} ] || {{ echo $((count + 1)) >$passed; exit 0; }}
left={_QUESTIONS}
while [ $((left -= 1)) -gt 0 ]; do
  "$0" sleep {_PAUSE}
  ask || missed
done
""".strip()


def healthcheck(workload: Workload) -> docker.ContainerHealthcheckArgs:
    """Return the check of a workload's probe."""
    busybox = f"{PROBE_FOLDER}/busybox"
    url = f"http://127.0.0.1:{workload.port(workload.probe.port).number}{workload.probe.path}"
    return docker.ContainerHealthcheckArgs(
        tests=["CMD", busybox, "sh", "-c", _SCRIPT, busybox, url],
        interval=f"{_PAUSE}s",
        timeout=_TIMEOUT,
        retries=_MISSES,
        start_period=_START,
    )
