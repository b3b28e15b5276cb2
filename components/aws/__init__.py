"""The AWS side of a deployment: network, cluster, managed metrics, identity, notifications.

Each component can stand several times in a stack: its children, and what it has in AWS, are named after it.
"""
