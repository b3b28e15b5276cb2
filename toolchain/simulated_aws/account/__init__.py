"""A simulated AWS API on this machine: moto, with what moto lacks."""
