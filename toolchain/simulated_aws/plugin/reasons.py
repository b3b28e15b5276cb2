"""The API's refusals in one line each, with the service's own code and words, as the official plugin tells them.

What they mean for a person says the command (`delivery/aws/refusals.py`), whichever plugin runs.
"""

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError


def explain(error: BotoCoreError | ClientError) -> str:
    """Explain why the API refused, or why it could not be reached."""
    if isinstance(error, ClientError):
        detail = error.response.get("Error", {})
        return f"{_one_line(str(detail.get('Message', '')))} ({detail.get('Code', '')})"
    message = _one_line(str(error))
    return (
        f"the simulated AWS API does not answer: {message}" if isinstance(error, EndpointConnectionError) else message
    )


def _one_line(message: str) -> str:
    return " ".join(message.split())
