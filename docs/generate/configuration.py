"""The reference of settings: ``docs/configuration.md``, a template by hand with tables from the model."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.model import PROJECT
from config.secrets import SECRETS, Secret
from docs.generate import wording
from docs.generate.settings import Schema, settings

_TEMPLATE = Path(__file__).with_name("configuration.md")
_MARK = "<!-- settings -->\n"
# What stands for a name that the deployer chooses.
_NAMES = {
    "dataPlanes": "<plane>",
    "workloads": "<role>",
    "beside": "<revision>",
    "volumes": "<volume>",
    "images": "<image>",
    "secretFiles": "<variable>",
}
_HEAD = "| key | type | default | accepted | meaning |\n|---|---|---|---|---|\n"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A table of the reference: the settings below one place of the stack file."""

    place: str
    schema: Schema

    @property
    def anchor(self) -> str:
        """The heading as GitHub links to it."""
        return "".join(sign for sign in self.place.lower() if sign.isalnum() or sign in "-_")


def render() -> str:
    """Render the page."""
    template = _TEMPLATE.read_text(encoding="utf-8")
    assert template.count(_MARK) == 1, f"{_TEMPLATE} must hold {_MARK.strip()} once"  # noqa: S101  a template of ours
    tables = "\n".join(_table(section) for section in _sections("", settings()))
    return template.replace(_MARK, tables)


def _sections(place: str, schema: Schema) -> Iterator[Section]:
    yield Section(place=place, schema=schema)
    for name, setting in schema["properties"].items():
        for group in _groups(name, setting):
            yield from _sections(f"{place}.{group.place}".removeprefix("."), group.schema)


def _groups(name: str, schema: Schema) -> list[Section]:
    """Return the settings below a setting; where an entry is one of several, those of each that has any."""
    entries = schema.get("additionalProperties")
    choices = entries.get("oneOf", ()) if isinstance(entries, dict) else ()
    below = [each for choice in choices for each in choice.get("properties", {}).items()]
    found = [Section(place=f"{name}.{_NAMES[name]}.{key}", schema=setting) for key, setting in below]
    return found or ([group] if (group := _group(name, schema)) else [])


def _group(name: str, schema: Schema) -> Section | None:
    """Return the settings below a setting: its own, or those of each of its entries."""
    entries, items = schema.get("additionalProperties"), schema.get("items")
    for place, below in ((name, schema), (f"{name}.{_NAMES.get(name)}", entries), (f"{name}[]", items)):
        if isinstance(below, dict) and "properties" in below:
            return Section(place=place, schema=below)
    return None


def _table(section: Section) -> str:
    rows = [_row(section, name, setting) for name, setting in section.schema["properties"].items()]
    if not section.place:
        rows += [_secret(secret) for secret in SECRETS]
        return f"### The stack\n\nIn the file each of these keys has the prefix `{PROJECT}:`.\n\n{_HEAD}{''.join(rows)}"
    return f"### `{section.place}`\n\n{section.schema['description']}\n\n{_HEAD}{''.join(rows)}"


def _row(section: Section, name: str, schema: Schema) -> str:
    required = name in section.schema.get("required", ())
    kind, default = wording.kind(schema), wording.default(schema, required=required)
    if group := _group(name, schema):
        below = Section(place=f"{section.place}.{group.place}".removeprefix("."), schema=group.schema)
        kind = f"[{kind}](#{below.anchor})"
        # What a group of settings is by default its own table says.
        default = "" if "default" not in schema and not required else default
    return _cells(f"`{name}`", kind, default, wording.bounds(schema), schema["description"])


def _secret(secret: Secret) -> str:
    key = f"`{secret.key}.<{secret.by}>`" if secret.by else f"`{secret.key}`"
    return _cells(key, "secret text", "none", "", secret.description)


def _cells(*cells: str) -> str:
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|\n"
