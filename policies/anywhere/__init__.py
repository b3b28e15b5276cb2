"""Policies that check containers on Docker and in pods alike."""
