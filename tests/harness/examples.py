"""How many examples a property test tries: few in an ordinary run, more with `--hypothesis-profile=thorough`.

What one ordinary run leaves out, another tries: examples are drawn anew each time.
"""

from hypothesis import HealthCheck, settings

ORDINARY, THOROUGH = 40, 100


def register() -> None:
    """Register both profiles and load the ordinary one, in place of which pytest's option loads another."""
    for name, most in (("ordinary", ORDINARY), ("thorough", THOROUGH)):
        # How fast examples come is the machine's business, not the code's: none fails for having taken long.
        settings.register_profile(name, max_examples=most, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("ordinary")


def examples(ordinary: int) -> int:
    """Return how many a test tries whose examples are slow, in proportion to the profile."""
    return ordinary * settings().max_examples // ORDINARY
