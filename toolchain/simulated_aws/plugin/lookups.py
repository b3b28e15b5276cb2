"""Reading existing resources for functions, as the resource types of the same names see them."""

from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.live import read_live
from toolchain.simulated_aws.plugin.scope import Resource
from toolchain.simulated_aws.plugin.tables import ROWS
from toolchain.standins.servicer.values import Props, text


def region_of_call(connection: Connection, args: Props) -> str:
    """Return the region that a function is asked about: the provider's unless it names one."""
    return text(args, "region") or connection.settings.region


def read_resource(connection: Connection, token: str, args: Props, identity: str) -> Props | None:
    """Read the resource of a type with this id, in the function's region, or None."""
    given: Props = {"region": text(args, "region")} if text(args, "region") else {}
    live = read_live(Resource(connection, ROWS[token], given, identity))
    return None if live is None else {**live, "id": identity}
