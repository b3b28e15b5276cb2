"""A stand-in for the official docker resource plugin: same types, inputs, defaults and outputs."""
