"""Policies that check what only a cluster has."""
