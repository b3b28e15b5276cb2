"""Check that the user has every permission that the stack takes; the API server judges, whatever authorizes there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.cluster_api.answers import Object, child, flag, objects, text, texts
from infra.platforms.kubernetes.kinds import Kind
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack, ask_all

_AUTHORIZATION, _AUTHENTICATION = "authorization.k8s.io/v1", "authentication.k8s.io/v1"


@dataclass(frozen=True, kw_only=True)
class Right:
    """Permission for ``verb`` on a kind in a ``namespace`` ("": at cluster scope)."""

    kind: Kind
    verb: str
    namespace: str

    def within(self, rules: Iterable[Object]) -> bool:
        """Return whether one of the namespace's rules grants it for objects of any name."""
        return any(
            not texts(rule, "resourceNames")
            and _has(texts(rule, "verbs"), self.verb)
            and _has(texts(rule, "apiGroups"), self.kind.group)
            and _has(texts(rule, "resources"), self.kind.resource)
            for rule in rules
        )


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A namespace's rules for the user. They are not ``complete`` when an authorizer cannot list its own."""

    listed: Sequence[Object] = ()
    complete: bool = False


def _has(given: Sequence[str], wanted: str) -> bool:
    return "*" in given or wanted in given


def needed(checked: CheckedStack, wanted: Iterable[Kind]) -> list[Right]:
    """Return every permission that the kinds take: in each zone's namespace, or at cluster scope."""
    return [
        Right(kind=kind, verb=verb, namespace=namespace)
        for kind in wanted
        for verb in kind.verbs
        for namespace in (map(checked.naming.namespace, checked.zones) if kind.namespaced else ("",))
    ]


def problems(checked: CheckedStack) -> list[str]:
    """Return a line for each kind that the user lacks permissions for, with the verbs and the namespaces."""
    workloads = tuple(chain.from_iterable(checked.planned.values()))
    wanted = (*kinds.created(workloads, checked.stack.settings.kubernetes), *kinds.LOOKED_AT)
    rights = needed(checked, wanted)
    namespaces = sorted({right.namespace for right in rights} - {""})
    # One request returns all rules of a namespace, instead of some eighty requests for single permissions.
    rules = dict(zip(namespaces, ask_all(lambda name: _rules(checked, name), namespaces), strict=True))
    rules[""] = Rules()
    without = [right for right in rights if not right.within(rules[right.namespace].listed)]
    unsure = [right for right in without if not rules[right.namespace].complete]
    answers = ask_all(lambda right: allowed(checked, right), unsure)
    granted = {right for right, is_allowed in zip(unsure, answers, strict=True) if is_allowed}
    missing = [right for right in without if right not in granted]
    return lines(missing, user(checked)) if missing else []


def _rules(checked: CheckedStack, namespace: str) -> Rules:
    status = checked.api.review(_AUTHORIZATION, "SelfSubjectRulesReview", {"namespace": namespace})
    return Rules(listed=objects(status, "resourceRules"), complete=not flag(status, "incomplete"))


def allowed(checked: CheckedStack, right: Right) -> bool:
    """Return whether the user has the permission, asked by itself."""
    asked: Object = {
        "verb": right.verb,
        "group": right.kind.group,
        "resource": right.kind.resource,
        "namespace": right.namespace,
    }
    return flag(checked.api.review(_AUTHORIZATION, "SelfSubjectAccessReview", {"resourceAttributes": asked}), "allowed")


def user(checked: CheckedStack) -> str:
    """Return who the API server takes the user for."""
    found = checked.api.review(_AUTHENTICATION, "SelfSubjectReview", {})
    return text(child(found, "userInfo"), "username") or "unknown"


def lines(missing: Iterable[Right], user: str) -> list[str]:
    """Return a line for each kind: which verbs are missing, and where."""
    places: dict[tuple[Kind, tuple[str, ...]], list[str]] = {}
    by_place: dict[tuple[Kind, str], list[str]] = {}
    for right in missing:
        by_place.setdefault((right.kind, right.namespace), []).append(right.verb)
    for (kind, namespace), verbs in by_place.items():
        places.setdefault((kind, tuple(verbs)), []).append(namespace)
    return [
        f"user {user} lacks permission to {', '.join(verbs)} {kind.resource}{f' ({kind.group})' if kind.group else ''} "
        f"{_where(where)} (RBAC); grant the roles in docs/kubernetes.md"
        for (kind, verbs), where in places.items()
    ]


def _where(namespaces: Sequence[str]) -> str:
    if "" in namespaces:
        return "at cluster scope"
    return f"in namespace{'s' if len(namespaces) > 1 else ''} {', '.join(namespaces)}"
