"""A stand-in for the official AWS plugin against a simulated AWS API on this machine."""
