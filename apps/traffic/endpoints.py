"""What is requested, and how often each."""

import random
import uuid
from dataclasses import dataclass
from typing import Final, Literal, assert_never

Endpoint = Literal["products", "search", "orders", "payments", "reports", "health"]
Weights = tuple[tuple[Endpoint, int], ...]

PRODUCT_IDS: Final = ("espresso-machine", "coffee-grinder", "kettle", "french-press", "scale", "cup-set", "beans-1kg")
SEARCHES: Final = ("coffee", "cup", "machine", "kettle", "nothing like it")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request; `name` is its row in the summary, whatever the query says."""

    name: str
    method: Literal["GET", "POST"]
    path: str
    body: dict[str, object] | None = None


EVERYDAY: Final[Weights] = (
    ("products", 40),
    ("search", 30),
    ("orders", 15),
    ("payments", 8),
    ("reports", 5),
    ("health", 2),
)
# Much of what fails and what is slow: a third payments, a quarter reports.
TROUBLED: Final[Weights] = (
    ("products", 20),
    ("search", 12),
    ("orders", 8),
    ("payments", 33),
    ("reports", 25),
    ("health", 2),
)


def make_call(endpoint: Endpoint, rng: random.Random) -> Call:
    """One request to `endpoint` with made-up contents."""
    match endpoint:
        case "products":
            return Call(name="GET /api/products", method="GET", path="/api/products")
        case "search":
            text = rng.choice(SEARCHES).replace(" ", "+")
            return Call(name="GET /api/search", method="GET", path=f"/api/search?q={text}")
        case "orders":
            lines = [
                {"product_id": product, "quantity": rng.randint(1, 3)}
                for product in rng.sample(PRODUCT_IDS, rng.randint(1, 3))
            ]
            return Call(name="POST /api/orders", method="POST", path="/api/orders", body={"items": lines})
        case "payments":
            money = {"order_id": str(uuid.UUID(int=rng.getrandbits(128))), "amount_cents": rng.randint(1000, 50000)}
            return Call(name="POST /api/payments", method="POST", path="/api/payments", body=money)
        case "reports":
            return Call(name="GET /api/reports", method="GET", path="/api/reports")
        case "health":
            return Call(name="GET /health", method="GET", path="/health")
    assert_never(endpoint)
