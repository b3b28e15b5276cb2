"""What a URN says of its resource."""


def token_of(urn: str) -> str:
    """Return the type token of a URN's resource, without its parents' types."""
    return urn.split("::")[2].rpartition("$")[2]
