"""Policies that judge what only AWS has."""
