"""Policies that judge what only a cluster has."""
