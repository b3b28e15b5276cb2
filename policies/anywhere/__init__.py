"""Policies that judge containers on Docker and in pods alike."""
