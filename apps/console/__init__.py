"""The planewatch console: a typed REST API over any Prometheus HTTP API, and the single page app that shows it."""
