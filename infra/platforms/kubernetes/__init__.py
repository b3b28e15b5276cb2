"""Any conformant Kubernetes cluster as a platform."""
