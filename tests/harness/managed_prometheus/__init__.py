"""A Managed Prometheus on this machine: the service's door (signatures, policies, deduplication) before real stores."""
