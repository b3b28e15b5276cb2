"""Roles: how workloads call one another and what the ports of the fixed ones are."""

API = "api"
COLLECTOR = "collector"
PROMETHEUS = "prometheus"
ALERTMANAGER = "alertmanager"
CONSOLE = "console"

# What the control plane is called, unless a program says otherwise.
CONTROL_PLANE = "control"
# What the port of an application is called.
APPLICATION_PORT = "http"

OTLP_GRPC = 4317
OTLP_HTTP = 4318
OTLP_REMOTE = 4319
COLLECTOR_METRICS = 8889
COLLECTOR_TELEMETRY = 8888
COLLECTOR_HEALTH = 13133
PROMETHEUS_HTTP = 9090
ALERTMANAGER_HTTP = 9093
ALERTMANAGER_GOSSIP = 9094
CONSOLE_HTTP = 8080
