"""Clients for the simulated API: created when first needed, one per service and region."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel, ServiceModel

from toolchain.simulated_aws.plugin import reasons
from toolchain.simulated_aws.plugin.connection_errors import RefusedByServiceError
from toolchain.simulated_aws.plugin.settings import Settings, refuse_real
from toolchain.standins.servicer.answering import CancelledError, RefusedError

# A signature is always sent, but the simulated API asks for nobody's secret.
SIMULATED_KEY = "simulated"
CONNECT_SECONDS = 5
READ_SECONDS = 60
GLOBAL_REGION = "us-east-1"


@dataclass
class Connection:
    """How to reach the API with a provider's settings."""

    settings: Settings = field(default_factory=Settings)
    cancelled: threading.Event = field(default_factory=threading.Event)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @cached_property
    def _session(self) -> boto3.Session:
        settings = self.settings
        refuse_real(settings)
        try:
            session = boto3.Session(
                aws_access_key_id=settings.access_key or None,
                aws_secret_access_key=settings.secret_key or None,
                aws_session_token=settings.token or None,
                region_name=settings.region,
                profile_name=settings.profile or None,
            )
            if session.get_credentials() is None and not settings.profile:
                session = boto3.Session(SIMULATED_KEY, SIMULATED_KEY, region_name=settings.region)
            for role in settings.assume:
                session = _assumed(session, role, settings)
        except (BotoCoreError, ClientError) as error:
            raise RefusedError(reasons.explain(error)) from error
        return session

    def client(self, service: str, region: str = "") -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """Return a client; `region` "" is the provider's."""
        where = (service, region or self.settings.region)
        with self._lock:
            if where not in self._clients:
                self._clients[where] = self._session.client(
                    service,  # type: ignore[call-overload] # boto3's stubs list services one by one
                    region_name=where[1],
                    endpoint_url=self.settings.endpoint(service),
                    config=_CONFIG,
                )
            return self._clients[where]

    def call(
        self, service: str, operation: str, params: Mapping[str, object], *, doing: str, region: str = ""
    ) -> dict[str, Any]:
        """Call an operation; raises RefusedByServiceError, in one line, and RefusedError when nobody answers."""
        if self.cancelled.is_set():
            raise CancelledError(f"cannot {doing}: interrupted")
        with self.saying(doing):
            answer: dict[str, Any] = getattr(self.client(service, region), operation)(**params)
        return answer

    @contextmanager
    def saying(self, doing: str) -> Iterator[None]:
        """Turn what boto3 raises into one line that says what was being done."""
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            raise RefusedByServiceError(f"cannot {doing}: {reasons.explain(error)}", code) from error
        except BotoCoreError as error:
            raise RefusedError(f"cannot {doing}: {reasons.explain(error)}") from error

    def account(self) -> str:
        """Return the account's number."""
        return str(self.caller["Account"])

    @cached_property
    def caller(self) -> dict[str, Any]:
        """Who the API says we are; accounts that the settings rule out are refused."""
        found = self.call("sts", "get_caller_identity", {}, doing="ask who the credentials belong to")
        account, settings = str(found["Account"]), self.settings
        if (settings.allowed_accounts and account not in settings.allowed_accounts) or (
            account in settings.forbidden_accounts
        ):
            raise RefusedError(f"the credentials are for account {account}, which the provider's settings rule out")
        return found


_CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"total_max_attempts": 3, "mode": "standard"},
    s3={"addressing_style": "path"},
    max_pool_connections=32,
    parameter_validation=True,
)


def _assumed(session: boto3.Session, role: Mapping[str, str], settings: Settings) -> boto3.Session:
    sts = session.client("sts", endpoint_url=settings.endpoint("sts"), config=_CONFIG)
    found = sts.assume_role(
        RoleArn=role.get("roleArn", ""), RoleSessionName=role.get("sessionName", "planewatch"), DurationSeconds=3600
    )["Credentials"]
    return boto3.Session(
        found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"], region_name=settings.region
    )


_MODELS = botocore.session.get_session()
_MODELS_LOCK = threading.Lock()
_loaded: dict[str, ServiceModel] = {}
_names: dict[str, dict[str, str]] = {}


def operation_model(service: str, operation: str) -> OperationModel:
    """Return the service's own description of an operation, by boto3's name."""
    with _MODELS_LOCK:
        if service not in _loaded:
            _loaded[service] = _MODELS.get_service_model(service)
            _names[service] = {botocore.xform_name(name): name for name in _loaded[service].operation_names}
        return _loaded[service].operation_model(_names[service][operation])
