"""Explain AWS's refusals, whichever plugin reports them: whose credentials, what is missing, what to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from delivery.aws import quotas
from delivery.aws.account import Account

# Both plugins name the API's code; the official one beside it says what the SDK says.
_QUOTA = re.compile(rf"\b({'|'.join((*quotas.BY_ERROR, *quotas.GENERAL))})\b")
_DENIED = re.compile(r"not authorized to perform: (?P<action>[\w:*-]+)(?: on resource: (?P<resource>[^\s,;]+))?")
_ENCODED = re.compile(r"[Ee]ncoded authorization failure message: (?P<text>[\w-]+)")
_WRONG_ACCOUNT = re.compile(r"(?:AWS account ID not allowed: |credentials are for account )(?P<account>[0-9]{12})")
_THROTTLED = re.compile(r"\b(Throttling(Exception)?|TooManyRequestsException|RequestLimitExceeded|SlowDown)\b")
_EXISTS = re.compile(
    r"\b(EntityAlreadyExists(Exception)?|ResourceInUseException|(Resource|Repository)?AlreadyExistsException"
    r"|(Route|FlowLog)AlreadyExists|InvalidPermission\.Duplicate|InvalidGroup\.Duplicate|InvalidSubnet\.Conflict|InvalidLaunchTemplateName\.AlreadyExistsException)\b"
)
_NO_CREDENTIALS = re.compile(
    r"[Nn]o valid credential sources|NoCredentialProviders|Unable to locate credentials|no EC2 IMDS role found"
    r"|MissingAuthenticationToken"
)
_NO_PROFILE = re.compile(r"config profile \(.+\) could not be found|failed to get shared config profile")
_EXPIRED = re.compile(
    r"\b(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired|InvalidGrantException)\b"
    r"|SSO session.{0,40} (has expired|is invalid|expired or invalid)|SSO [Tt]oken.{0,80}expired|Token has expired"
)
_INVALID = re.compile(
    r"\b(InvalidClientTokenId|UnrecognizedClientException|AuthFailure|SignatureDoesNotMatch|InvalidAccessKeyId)\b"
)
_LOG_IN_AGAIN: tuple[tuple[re.Pattern[str], str], ...] = (
    (_NO_PROFILE, "the profile does not exist"),
    (_EXPIRED, "the credentials have expired"),
    (_INVALID, "AWS rejected the credentials"),
    (_NO_CREDENTIALS, "no credentials were found"),
)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The CLI's error about a resource; ``kind`` is its type token and ``name`` its name, "" for the program itself."""

    message: str
    kind: str = ""
    name: str = ""


def explain(refusal: Refusal, account: Account) -> str | None:
    """Explain a refusal and what to do; None for one that explains itself, or that is not AWS's."""
    if account.log_in in refusal.message:
        # The program has already explained it.
        return None
    return next((said for rule in _RULES if (said := rule(refusal, account)) is not None), None)


def _wrong_account(refusal: Refusal, account: Account) -> str | None:
    if (found := _WRONG_ACCOUNT.search(refusal.message)) is None:
        return None
    return (
        f"the credentials belong to account {found['account']}, but planewatch:aws.account is {account.id}; "
        f"credentials used: {account.credentials_used}. Use a profile of that account: {account.log_in}"
    )


def _credentials(refusal: Refusal, account: Account) -> str | None:
    for pattern, why in _LOG_IN_AGAIN:
        if pattern.search(refusal.message):
            return (
                f"{why}; credentials used: {account.credentials_used}. To continue, {account.log_in}. Without an "
                "account, "
                f"`make preview STACK={account.stack} AWS=simulated` shows what would be created"
            )
    return None


def _denied(refusal: Refusal, account: Account) -> str | None:
    found, encoded = _DENIED.search(refusal.message), _ENCODED.search(refusal.message)
    if found is None and encoded is None:
        return None
    what = f"{found['action']} on {(found['resource'] or '*').rstrip('.')}" if found else "this operation"
    used = account.credentials_used
    said = f"the credentials lack permission for {what}; credentials used: {used}. Grant it, or use others"
    if encoded is None:
        return said
    decode = f"aws sts decode-authorization-message --encoded-message {encoded['text']}"
    return f"{said}. `{decode}` shows which policy denies it"


def _throttled(refusal: Refusal, account: Account) -> str | None:
    if not _THROTTLED.search(refusal.message):
        return None
    return (
        f"AWS throttles this account in {account.region}, even after several retries; nothing is lost: "
        "wait a minute and run the command again, which continues"
    )


def _quota(refusal: Refusal, account: Account) -> str | None:
    if (found := _QUOTA.search(refusal.message)) is None:
        return None
    if (quota := quotas.of_error(found[1], refusal.kind)) is None:
        return None
    named = f"{quota.name} ({quota.service}{f', {quota.code}' if quota.code else ''})"
    return f"a quota of the account is exhausted: {named}. {quotas.how_to_raise(quota, account.region)}"


def _exists(refusal: Refusal, account: Account) -> str | None:
    if not _EXISTS.search(refusal.message):
        return None
    return (
        f"it already exists on AWS, but not in the state of stack {account.stack}. If a command of this stack was "
        "killed, run `make up` again, which adopts what was being created. If it belongs to somebody else, rename the "
        "stack; otherwise adopt it with `pulumi import`"
    )


# The first match wins: a message may match several, and credentials come before the operation.
_RULES: tuple[Callable[[Refusal, Account], str | None], ...] = (
    _wrong_account,
    _credentials,
    _denied,
    _throttled,
    _quota,
    _exists,
)
