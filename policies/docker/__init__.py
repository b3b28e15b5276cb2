"""Policies that check one Docker resource by its inputs."""
