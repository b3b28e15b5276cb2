"""Whose AWS credentials a command works with, in words: which profile, else what was looked at; and how to log in."""

from collections.abc import Mapping

_KEYS, _PROFILE = "AWS_ACCESS_KEY_ID", "AWS_PROFILE"
# Sources of credentials for programs that run on AWS or in CI.
_LENT = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")


def credentials_used(profile: str | None, environ: Mapping[str, str]) -> str:
    """Return the source of the credentials, in the order in which the AWS SDK searches."""
    if profile:
        return f"profile {profile} (planewatch:aws.profile)"
    if lent := _lent(environ):
        return f"no profile, but {lent}"
    if name := environ.get(_PROFILE):
        return f"profile {name} ({_PROFILE})"
    return (
        f"no profile: planewatch:aws.profile, {_PROFILE} and {_KEYS} are not set, so the profile `default` or the role "
        "of this machine"
    )


def log_in(profile: str | None, environ: Mapping[str, str]) -> str:
    """Return how to get valid credentials, in words."""
    if not profile and (lent := _lent(environ)):
        return f"renew the credentials in {lent}, or unset it and log in to a profile"
    if name := profile or environ.get(_PROFILE):
        return (
            f"log in with `aws sso login --profile {name}` (`aws configure sso --profile {name}` creates it, "
            f"`aws configure --profile {name}` one with keys)"
        )
    return f"create a profile with `aws configure sso`, then name it in {_PROFILE} or planewatch:aws.profile"


def _lent(environ: Mapping[str, str]) -> str | None:
    return next((name for name in (_KEYS, *_LENT) if environ.get(name)), None)
