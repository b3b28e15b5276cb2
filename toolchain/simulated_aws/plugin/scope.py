"""What the templates of a row may name, for one resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolchain.simulated_aws.plugin.connection import GLOBAL_REGION, Connection
from toolchain.simulated_aws.plugin.hooks import SCOPES
from toolchain.simulated_aws.plugin.rows import Row, Scope
from toolchain.standins.servicer.values import Props, reveal, text

# Services that are the same in every region.
_GLOBAL = ("iam", "budgets")


@dataclass
class Resource:
    """One resource at work: its row, properties and id, and the connection to its region."""

    connection: Connection
    row: Row
    props: Props
    id: str = ""
    name: str = ""
    extra: dict[str, object] = field(default_factory=dict)
    # The new inputs of an update; `props` has the old state's other properties too.
    wanted: Props = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The region whose API is asked."""
        if self.row.service in _GLOBAL:
            return GLOBAL_REGION
        return text(self.props, "region") or self.connection.settings.region

    @property
    def partition(self) -> str:
        """The partition of the region."""
        region = self.region
        return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"

    def scope(self) -> Scope:
        """Return the templates' scope of the moment."""
        plain: dict[str, object] = {key: reveal(value) for key, value in self.props.items() if value is not None}
        values: dict[str, object] = {
            **plain,
            "region": self.region,
            "partition": self.partition,
            "account": self.connection.account(),
        }
        values |= {f"text_{key}": _as_text(value) for key, value in plain.items()}
        if self.id:
            values |= {"id": self.id, "id_last": _last(self.id), "id_first": self.id.split("/", maxsplit=1)[0]}
            values |= dict(self._parts())
            for part in self.row.import_parts[-1:]:
                values.setdefault(part, self.id)
        values |= self.extra
        for hook in self.row.hooks:
            if hook in SCOPES:
                SCOPES[hook](values, self.connection)
        return Scope(values)

    def _parts(self) -> Mapping[str, str]:
        """Split an id into the properties that make it up, or those that an import was given instead."""
        parts = self.row.parts or (() if self.props else self.row.import_parts)
        if not parts:
            return {}
        pieces = self.id.split(self.row.separator, len(parts) - 1)
        return dict(zip(parts, pieces, strict=False)) if len(pieces) == len(parts) else {}

    def found_id(self) -> str:
        """Return the id as the state records it; an import may have been given another. Call it after a read."""
        found = self.scope().render(self.row.found) if self.row.found and not self.props else None
        return found if isinstance(found, str) else self.id

    def call(self, operation: str, params: Mapping[str, object], doing: str) -> dict[str, object]:
        """Call an operation of the row's service for this resource."""
        what = f"{doing} {self.row.urn_type.rpartition(':')[2]} {self.id or self.name}".rstrip()
        return self.connection.call(self.row.service, operation, params, doing=what, region=self.region)


def _last(identity: str) -> str:
    return identity.replace("/", ":").rpartition(":")[2]


def _as_text(value: object) -> object:
    return (
        ("true" if value else "false") if isinstance(value, bool) else value if isinstance(value, str) else str(value)
    )
