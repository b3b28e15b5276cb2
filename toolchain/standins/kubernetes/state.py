"""What is stored of a resource, laid out as the official plugin does: the live object and how it came about."""

from dataclasses import dataclass

from toolchain.standins.kubernetes.naming import unique
from toolchain.standins.kubernetes.normal import revealed
from toolchain.standins.kubernetes.objects import annotation, with_dashes, with_underscores
from toolchain.standins.servicer.values import Props, Secret, Value, child, has_secret, text

INPUTS = "__inputs"
INITIAL_API_VERSION = "__initialApiVersion"
FIELD_MANAGER = "__fieldManager"
_OWN = (INPUTS, INITIAL_API_VERSION, FIELD_MANAGER)
FIELD_MANAGER_ANNOTATION = "pulumi.com/patchFieldManager"
FIELD_MANAGER_PREFIX = "pulumi-kubernetes"


@dataclass(frozen=True)
class Stored:
    """A resource's state, without secret marks: the live object, the inputs behind it, and who applied them."""

    live: Props
    inputs: Props
    initial_api_version: str
    field_manager: str


def parse(state: Props) -> Stored:
    """Read a resource's state."""
    plain = with_dashes(revealed(state))
    props = plain if isinstance(plain, dict) else {}
    return Stored(
        live={key: value for key, value in props.items() if key not in _OWN},
        inputs=child(props, INPUTS),
        initial_api_version=text(props, INITIAL_API_VERSION) or text(props, "apiVersion"),
        field_manager=text(props, FIELD_MANAGER),
    )


def build(live: Props, inputs: Props, marked: Props, *, initial_api_version: str, field_manager: str) -> Props:
    """Lay out a resource's state; `marked` are inputs with secret marks, which the state gets too."""
    state, stored = with_underscores(live), with_underscores(inputs)
    if not isinstance(state, dict) or not isinstance(stored, dict):
        raise TypeError("objects are maps")
    return {
        **annotated(state, marked),
        INPUTS: annotated(stored, marked),
        INITIAL_API_VERSION: initial_api_version,
        FIELD_MANAGER: field_manager,
    }


def field_manager(inputs: Props, stored: Stored | None) -> str:
    """Return the name to apply under: the annotation's, the state's, or a new one."""
    known = stored.field_manager if stored else ""
    return annotation(inputs, FIELD_MANAGER_ANNOTATION) or known or unique(FIELD_MANAGER_PREFIX)


def annotated(outs: Props, ins: Props) -> Props:
    """Copy of `outs` with the secret marks of `ins`; a Secret's data is always secret.

    Where both have an object it is looked into, so that one secret does not hide everything around it; a list with a
    secret in it is secret as a whole, for its order may differ.
    """
    made = dict(outs)
    if made.get("kind") == "Secret":
        for name in ("data", "stringData"):
            if name in made and not isinstance(made[name], Secret):
                made[name] = Secret(made[name])
        return made
    for key, wanted in ins.items():
        if key not in made:
            continue
        value: Value = made[key]
        if isinstance(value, dict) and isinstance(wanted, dict):
            made[key] = annotated(value, wanted)
        elif not isinstance(value, Secret) and has_secret(wanted):
            made[key] = Secret(value)
    return made
