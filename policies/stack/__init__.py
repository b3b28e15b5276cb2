"""Policies that check the zones of a whole stack by the outputs of its resources."""
