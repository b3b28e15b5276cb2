"""The API's refusals as an error."""

from toolchain.standins.servicer.answering import RefusedError


class RefusedByServiceError(RefusedError):
    """The API's refusal; `code` is the service's."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
