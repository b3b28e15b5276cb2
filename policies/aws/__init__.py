"""Policies that check what only AWS has."""
