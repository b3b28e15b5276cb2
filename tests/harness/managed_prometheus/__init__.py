"""A local Managed Prometheus: a frontend (signatures, policies, deduplication) before real stores."""
