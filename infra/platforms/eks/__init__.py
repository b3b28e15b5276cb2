"""AWS as a platform: creates cluster, network and identities; metrics go to Managed Prometheus."""
