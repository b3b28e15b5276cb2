"""Requests and responses as people and machines see them."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Data = TypeVar("Data")
Cents = Annotated[int, Field(ge=1, le=100_000_000, description="Amount in hundredths of the currency unit")]
ProductId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$", examples=["espresso-machine"])]


def utc_now() -> datetime:
    """Now, in UTC; pydantic writes it as RFC 3339 with a trailing `Z`."""
    return datetime.now(UTC)


class Envelope(BaseModel, Generic[Data]):
    """The one shape of every answer, good or bad."""

    success: bool = Field(description="Whether the request succeeded")
    message: str = Field(description="A sentence for people")
    data: Data
    timestamp: AwareDatetime = Field(default_factory=utc_now, description="Time of the response, RFC 3339 in UTC")


class Issue(BaseModel):
    """One thing that is wrong with a request."""

    field: str = Field(description="Location, as a dotted path", examples=["body.items.0.quantity"])
    problem: str = Field(description="What", examples=["Input should be greater than or equal to 1"])


class ErrorEnvelope(Envelope[list[Issue] | None]):
    """The envelope of a request that failed; `data` lists what is wrong with the request, if it is to blame."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "success": False,
                    "message": "The request is not valid",
                    "data": [{"field": "body.items.0.quantity", "problem": "Input should be a valid integer"}],
                    "timestamp": "2026-01-31T12:00:00.000000Z",
                }
            ]
        }
    )
    success: Literal[False] = False


class Health(BaseModel):
    """What this process is and how long it has been running."""

    status: Literal["ok"] = "ok"
    service: str = Field(examples=["sample-api"])
    version: str = Field(examples=["0.1.0"])
    environment: str = Field(examples=["prod"])
    data_plane_id: str = Field(examples=["prod"])
    uptime_seconds: float = Field(ge=0)


class Product(BaseModel):
    """Something that can be ordered."""

    id: ProductId
    name: str = Field(examples=["Espresso machine"])
    price_cents: Cents


class OrderItem(BaseModel):
    """One line of an order."""

    model_config = ConfigDict(extra="forbid")

    product_id: ProductId
    quantity: int = Field(ge=1, le=100)


class OrderRequest(BaseModel):
    """What somebody wants to buy."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [{"product_id": "espresso-machine", "quantity": 1}]}]}
    )

    items: list[OrderItem] = Field(min_length=1, max_length=50)


class Order(BaseModel):
    """An order that was taken."""

    order_id: UUID
    total_cents: int = Field(ge=1)
    items: list[OrderItem]


class SearchResult(BaseModel):
    """Products whose name holds the wanted text, in the order of the catalogue."""

    query: str
    products: list[Product]


class Report(BaseModel):
    """Figures about the catalogue; costly on purpose."""

    report_id: UUID
    products: int
    average_price_cents: float


class PaymentRequest(BaseModel):
    """Money for an order."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "order_id": "0b6f2f5e-9d0e-4a6e-8a52-2f6f1c9b7f10",
                    "amount_cents": 24900,
                    "currency": "EUR",
                    "method": "card",
                }
            ]
        },
    )

    order_id: UUID
    amount_cents: Cents
    currency: Literal["EUR", "GBP", "USD"] = "EUR"
    method: Literal["card", "invoice"] = "card"


class Payment(BaseModel):
    """A payment that went through."""

    payment_id: UUID
    order_id: UUID
    amount_cents: Cents
    currency: Literal["EUR", "GBP", "USD"]
