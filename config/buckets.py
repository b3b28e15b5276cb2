"""Buckets of durations: what a percentile can be known to."""

# Upper bounds in seconds for http.server.request.duration, as the semantic conventions advise them and SDKs have them
# without being told.
LATENCY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
