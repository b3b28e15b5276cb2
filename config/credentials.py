"""Whose AWS credentials a command works with, in words: which profile, else what was looked at; and how to log in."""

from collections.abc import Mapping

_KEYS, _PROFILE = "AWS_ACCESS_KEY_ID", "AWS_PROFILE"
# Where programs that run on AWS or in CI have theirs from.
_LENT = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")


def credentials_used(profile: str | None, environ: Mapping[str, str]) -> str:
    """Return whose credentials are used, in words, in the order in which the AWS SDK looks for them."""
    if profile:
        return f"profile {profile} (planewatch:aws.profile)"
    if lent := _lent(environ):
        return f"no profile, but {lent}"
    if name := environ.get(_PROFILE):
        return f"profile {name} ({_PROFILE})"
    return (
        f"no profile: planewatch:aws.profile, {_PROFILE} and {_KEYS} are not set, which leaves the profile `default`"
        " and the role of this machine"
    )


def log_in(profile: str | None, environ: Mapping[str, str]) -> str:
    """Return how to get valid credentials, in words."""
    if not profile and (lent := _lent(environ)):
        return f"put new credentials where {lent} has them, or unset it and log in to a profile"
    if name := profile or environ.get(_PROFILE):
        return (
            f"log in with `aws sso login --profile {name}` (`aws configure sso --profile {name}` makes the profile, "
            f"`aws configure --profile {name}` one with keys)"
        )
    return f"make a profile with `aws configure sso`, then name it in {_PROFILE} or planewatch:aws.profile"


def _lent(environ: Mapping[str, str]) -> str | None:
    return next((name for name in (_KEYS, *_LENT) if environ.get(name)), None)
