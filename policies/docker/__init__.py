"""Policies that judge one Docker resource by its inputs."""
