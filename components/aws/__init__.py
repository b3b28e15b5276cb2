"""The AWS side of a deployment: network, cluster, managed metrics, identity, notifications. Each file stands alone."""
