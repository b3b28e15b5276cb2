"""IAM policy documents written from statements, as the official plugin's getPolicyDocument does."""

import json

from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, Value, objects, text, texts

_VERSIONS = ("2012-10-17", "2008-10-17")


def policy_document(args: Props) -> str:
    """Return the document as JSON; statements of other documents are added by their Sid."""
    statements = [_statement(one) for one in objects(args, "statements")]
    sources = [_statements(document) for document in texts(args, "sourcePolicyDocuments")]
    overrides = [_statements(document) for document in texts(args, "overridePolicyDocuments")]
    made: list[dict[str, object]] = []
    for group in (*sources, statements):
        for entry in group:
            sid = entry.get("Sid")
            if sid and any(other.get("Sid") == sid for other in made):
                raise RefusedError(f"two statements of a policy document have the Sid {sid}")
            made.append(entry)
    for group in overrides:
        for entry in group:
            made = [other for other in made if not entry.get("Sid") or other.get("Sid") != entry["Sid"]]
            made.append(entry)
    version = text(args, "version") or _VERSIONS[0]
    if version not in _VERSIONS:
        raise RefusedError(f"a policy document's version is one of {', '.join(_VERSIONS)}")
    document: dict[str, object] = {"Version": version}
    if text(args, "policyId"):
        document["Id"] = text(args, "policyId")
    return json.dumps(document | {"Statement": made}, indent=2)


def _statements(document: str) -> list[dict[str, object]]:
    try:
        found = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError("a source of a policy document is not a policy document") from error
    return found if isinstance(found, list) else [found]


def _statement(one: Props) -> dict[str, object]:
    made: dict[str, object] = {}
    if text(one, "sid"):
        made["Sid"] = text(one, "sid")
    made["Effect"] = text(one, "effect") or "Allow"
    if made["Effect"] not in ("Allow", "Deny"):
        raise RefusedError("a statement's effect is Allow or Deny")
    for ours, theirs in (
        ("actions", "Action"),
        ("notActions", "NotAction"),
        ("resources", "Resource"),
        ("notResources", "NotResource"),
    ):
        if texts(one, ours):
            made[theirs] = _one(sorted(set(texts(one, ours)), reverse=True))
    for ours, theirs in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if objects(one, ours):
            made[theirs] = _principals(objects(one, ours))
    conditions: dict[str, dict[str, Value]] = {}
    for entry in objects(one, "conditions"):
        conditions.setdefault(text(entry, "test"), {})[text(entry, "variable")] = _one(texts(entry, "values"))
    if conditions:
        made["Condition"] = conditions
    return made


def _principals(entries: list[Props]) -> object:
    if any(text(entry, "type") == "*" for entry in entries):
        return "*"
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(text(entry, "type"), []).extend(texts(entry, "identifiers"))
    return {kind: _one(sorted(set(names), reverse=True)) for kind, names in found.items()}


def _one(entries: list[str]) -> Value:
    return entries[0] if len(entries) == 1 else [*entries]
