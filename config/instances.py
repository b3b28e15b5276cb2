"""Types of EC2 instances."""


def is_graviton(instance_type: str) -> bool:
    """Return whether an instance type has AWS's own processors: a g after the generation, as in m7g or c8gn."""
    family = instance_type.partition(".")[0]
    return "g" in family.lstrip("abcdefghijklmnopqrstuvwxyz")
