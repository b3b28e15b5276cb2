"""Whether the user may do what the stack takes, by the API server's own judgement of RBAC and other authorizers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.kinds import Kind
from infra.platforms.kubernetes.preflight.question import Question, at_once
from toolchain.standins.servicer.values import Props, child, flag, objects, text, texts

_AUTHORIZATION, _AUTHENTICATION = "authorization.k8s.io/v1", "authentication.k8s.io/v1"


@dataclass(frozen=True, kw_only=True)
class Right:
    """To do ``verb`` with a kind in a ``namespace`` ("": in the whole cluster)."""

    kind: Kind
    verb: str
    namespace: str

    def within(self, rules: Iterable[Props]) -> bool:
        """Whether one of the rules that hold in the namespace gives it, for objects of any name."""
        return any(
            not texts(rule, "resourceNames")
            and _has(texts(rule, "verbs"), self.verb)
            and _has(texts(rule, "apiGroups"), self.kind.group)
            and _has(texts(rule, "resources"), self.kind.resource)
            for rule in rules
        )


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules that hold in a namespace. They are not ``complete`` when an authorizer cannot list its own."""

    listed: Sequence[Props] = ()
    complete: bool = False


def _has(given: Sequence[str], wanted: str) -> bool:
    return "*" in given or wanted in given


def needed(question: Question, wanted: Iterable[Kind]) -> list[Right]:
    """Return every right that the kinds take: in each zone's namespace, or in the cluster for what is in none."""
    return [
        Right(kind=kind, verb=verb, namespace=namespace)
        for kind in wanted
        for verb in kind.verbs
        for namespace in (map(question.naming.namespace, question.zones) if kind.namespaced else ("",))
    ]


def faults(question: Question) -> list[str]:
    """Return a line for each kind that the user lacks rights for, with the verbs and the namespaces."""
    stack = question.stack
    secrets = stack.alert_webhook_url is not None or bool(stack.otlp_tokens)
    wanted = (*kinds.made(stack.settings.kubernetes, secrets=secrets), *kinds.LOOKED_AT)
    rights = needed(question, wanted)
    namespaces = sorted({right.namespace for right in rights} - {""})
    # One request tells all rules of a namespace instead of one for each right: some eighty in each.
    rules = dict(zip(namespaces, at_once(lambda name: _rules(question, name), namespaces), strict=True))
    rules[""] = Rules()
    without = [right for right in rights if not right.within(rules[right.namespace].listed)]
    unsure = [right for right in without if not rules[right.namespace].complete]
    allowed = at_once(lambda right: _allowed(question, right), unsure)
    granted = {right for right, is_allowed in zip(unsure, allowed, strict=True) if is_allowed}
    missing = [right for right in without if right not in granted]
    return lines(missing, _user(question)) if missing else []


def _rules(question: Question, namespace: str) -> Rules:
    status = question.review(_AUTHORIZATION, "SelfSubjectRulesReview", {"namespace": namespace})
    return Rules(listed=objects(status, "resourceRules"), complete=not flag(status, "incomplete"))


def _allowed(question: Question, right: Right) -> bool:
    asked: Props = {
        "verb": right.verb,
        "group": right.kind.group,
        "resource": right.kind.resource,
        "namespace": right.namespace,
    }
    return flag(question.review(_AUTHORIZATION, "SelfSubjectAccessReview", {"resourceAttributes": asked}), "allowed")


def _user(question: Question) -> str:
    found = question.review(_AUTHENTICATION, "SelfSubjectReview", {})
    return text(child(found, "userInfo"), "username") or "unknown"


def lines(missing: Iterable[Right], user: str) -> list[str]:
    """Say in a line for each kind which verbs are missing, and where."""
    places: dict[tuple[Kind, tuple[str, ...]], list[str]] = {}
    by_place: dict[tuple[Kind, str], list[str]] = {}
    for right in missing:
        by_place.setdefault((right.kind, right.namespace), []).append(right.verb)
    for (kind, namespace), verbs in by_place.items():
        places.setdefault((kind, tuple(verbs)), []).append(namespace)
    return [
        f"user {user} lacks the right to {', '.join(verbs)} {kind.resource}{f' ({kind.group})' if kind.group else ''} "
        f"{_where(where)} (RBAC); grant it, docs/kubernetes.md has the roles"
        for (kind, verbs), where in places.items()
    ]


def _where(namespaces: Sequence[str]) -> str:
    if "" in namespaces:
        return "in the cluster"
    return f"in namespace{'s' if len(namespaces) > 1 else ''} {', '.join(namespaces)}"
