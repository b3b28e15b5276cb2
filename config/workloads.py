"""Settings of a service that a data plane runs."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from config import patterns, secret_files, volumes
from config.egress import EgressSettings
from config.jobs import JobSettings
from config.model import Distinct, Model, excluding
from config.more_ports import PortName, refuse_repeats
from config.ports import PortNumber
from config.quantities import MOST_MIB
from config.resources import Cores, Mebibytes, RequestSettings, refuse_beyond
from config.secret_files import SecretFiles
from config.variables import Variables
from config.versions import Revision, VersionSettings
from config.volumes import VolumeName, VolumeSettings
from config.writable import WritablePath, refuse_nested

# Of users and groups: what Kubernetes takes.
MOST_ID = 2**31 - 1


def _not_collector(role: str) -> str:
    if role == "collector":
        raise ValueError('not be "collector", the name of the plane\'s own collector')
    return role


# 20 characters leave room for "planewatch-<stack>-<plane>-collector" within the 63 of a DNS label.
ShortLabel = Annotated[str, StringConstraints(pattern=patterns.DNS_LABEL, max_length=20)]
WorkloadName = Annotated[ShortLabel, AfterValidator(_not_collector), excluding("^collector$", "not `collector`")]


class WorkloadSettings(Model):
    """A service of a data plane; it sends OTLP to the plane's collector."""

    image: str | None = Field(default=None, pattern=patterns.IMAGE)
    """Image of your own service, with a tag or digest. Without it the sample API."""
    port: PortNumber = 8000
    """Port on which the service listens for HTTP."""
    ports: dict[PortName, PortNumber] = Field(default={})
    """More TCP ports by name, for `callers`: they get host and port in a variable, `PRICE_LIST_GRPC_ADDRESS` for `grpc`
    of `price-list`."""
    health_path: str = Field(default="/health", pattern=patterns.URL_PATH)
    """Path whose GET answers 2xx while the service can take requests. It may ask what the service depends on: until it
    answers a cluster sends no requests, and restarts nothing. Its requests count in no figure, unless it is `/`; nor do
    those of the next two."""
    liveness_path: str | None = Field(default=None, pattern=patterns.URL_PATH)
    """Path whose GET answers 2xx while the process works, whatever it depends on. After a minute without such an answer
    a cluster restarts the container. Without it only a port that accepts no connections is a reason; the sample API has
    its `healthPath`."""
    startup_path: str | None = Field(default=None, pattern=patterns.URL_PATH)
    """Path whose GET answers 2xx once the service has started. A cluster asks nothing else before, and restarts the
    container after two minutes. Without it `livenessPath`, else a port that accepts connections."""
    memory_mib: Mebibytes = Field(default=160, ge=16, le=MOST_MIB)
    """Memory limit of each container."""
    cpus: Cores = 0.5
    """CPU limit of each container. On a cluster there are more pods while they use more than 70 % of it."""
    requests: RequestSettings = RequestSettings()
    """What a cluster reserves for each container."""
    user_id: int = Field(default=10001, ge=1, le=MOST_ID)
    """User that the service runs as; never root."""
    group_id: int | None = Field(default=None, ge=0, le=MOST_ID)
    """Group that the service runs as. Without it the number of `userId`."""
    writable_paths: Distinct[WritablePath] = Field(default=[], max_length=10)
    """Folders in which the service may write, beside `/tmp`: 64 MiB of memory each, which are empty at every start. All
    else is read-only."""
    volumes: dict[VolumeName, VolumeSettings] = Field(default={}, max_length=10)
    """Data that outlives the service's containers, by name; `data` says what becomes of it. A workload with volumes
    runs once, whatever `kubernetes.minimumReplicas` says: data has one writer. An update ends it before the new one
    starts. Jobs do not see them."""
    environment_variables: Variables = Field(default={})
    """More environment variables, beside those that every service gets."""
    secret_files: SecretFiles = Field(default={}, max_length=12)
    """Secrets that the service gets as files: a variable, and which of `secrets` it is or where the platform keeps it.
    With `DB_PASSWORD: orders-db` the variable `DB_PASSWORD_FILE` holds the path of a file with the secret
    `orders-db`."""
    callers: Distinct[WorkloadName] = Field(default=[])
    """Other workloads of the plane that may call this one, on all its ports. They get its URL in a variable named after
    it: `PRICE_LIST_URL` for `price-list`."""
    egress: Distinct[EgressSettings] = Field(default=[])
    """Destinations outside the stack. Without any, the service reaches none on a cluster; Docker restricts nothing."""
    revision: Revision | None = None
    """Name of this version. On a cluster its pods run as `<workload>-<revision>`; a changed one starts beside the old
    one, receives the traffic once it is ready, and then the old one ends. Without it, pods are replaced one by one."""
    beside: dict[Revision, VersionSettings] = Field(default={})
    """Other versions by revision, which run beside this one and receive no traffic."""
    jobs_before_start: Distinct[JobSettings] = Field(default=[])
    """Jobs such as migrations that run one after another, to completion, before a new version starts. A failure stops
    the update. A job runs again when its command or the workload's image, variables or files change."""

    @model_validator(mode="after")
    def _requests_are_within_limits(self) -> "WorkloadSettings":
        refuse_beyond(self.requests, self.memory_mib, self.cpus)
        return self

    @model_validator(mode="after")
    def _writable_paths_are_apart(self) -> "WorkloadSettings":
        refuse_nested(self.writable_paths)
        return self

    @model_validator(mode="after")
    def _volumes_fit(self) -> "WorkloadSettings":
        volumes.refuse_unfit(self)
        return self

    @model_validator(mode="after")
    def _ports_are_distinct(self) -> "WorkloadSettings":
        refuse_repeats(self.port, self.ports)
        return self

    @model_validator(mode="after")
    def _secret_files_are_told_apart(self) -> "WorkloadSettings":
        if twice := secret_files.repeated(self.secret_files):
            raise ValueError(
                f"secretFiles.{twice[0]} and secretFiles.{twice[1]} are the same secret; leave one out, or name a"
                " jsonKey"
            )
        seen: dict[str, str] = {}
        for name in self.secret_files:
            if (variable := f"{name}_FILE") in self.environment_variables:
                raise ValueError(
                    f"environmentVariables.{variable} must be left out with secretFiles.{name}, which sets it"
                )
            # Some names of AWS have letters and digits alone.
            if (other := seen.setdefault(name.replace("_", "").lower(), name)) != name:
                raise ValueError(f"secretFiles.{other} and secretFiles.{name} differ in case or _ only; rename one")
        return self
