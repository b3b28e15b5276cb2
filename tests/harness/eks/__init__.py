"""What of EKS stands around a cluster, for the local one: identities of pods, Managed Prometheus, the way in."""
