"""AWS: the cluster, its network and its identities are made here, metrics go to Managed Prometheus."""
