"""The endpoints."""

import time
import uuid
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

from . import simulation
from .catalog import BY_ID, PRODUCTS
from .metrics import BusinessMetrics
from .models import (
    Envelope,
    ErrorEnvelope,
    Health,
    Order,
    OrderRequest,
    Payment,
    PaymentRequest,
    Product,
    Report,
    SearchResult,
)
from .settings import Settings

Responses = dict[int | str, dict[str, object]]
INVALID: Responses = {422: {"model": ErrorEnvelope, "description": "The request is not valid"}}
BODY: Responses = INVALID | {
    400: {"model": ErrorEnvelope, "description": "The body cannot be read"},
    413: {"model": ErrorEnvelope, "description": "The body is too large"},
}


def make_router(settings: Settings, sim: simulation.Simulation, metrics: BusinessMetrics) -> APIRouter:
    """All endpoints over one process's settings, dice and counters."""
    router = APIRouter()
    started = time.monotonic()

    @router.get("/health", tags=["service"], summary="Whether the process serves requests")
    async def health() -> Envelope[Health]:
        state = Health(
            service=settings.service_name,
            version=settings.service_version,
            environment=settings.environment,
            data_plane_id=settings.data_plane_id,
            uptime_seconds=round(time.monotonic() - started, 3),
        )
        return Envelope(success=True, message="The service is healthy", data=state)

    @router.get("/api/products", tags=["shop"], summary="The whole catalogue (10-50 ms)")
    async def products() -> Envelope[list[Product]]:
        await sim.work(simulation.PRODUCTS)
        return Envelope(success=True, message=f"{len(PRODUCTS)} products", data=list(PRODUCTS))

    @router.post(
        "/api/orders",
        tags=["shop"],
        summary="Place an order (50-200 ms)",
        status_code=201,
        responses=BODY | {404: {"model": ErrorEnvelope, "description": "A product does not exist"}},
    )
    async def create_order(request: OrderRequest) -> Envelope[Order]:
        await sim.work(simulation.ORDERS)
        unknown = sorted({item.product_id for item in request.items} - BY_ID.keys())
        if unknown:
            raise HTTPException(404, f"No such product: {', '.join(unknown)}")
        total = sum(BY_ID[item.product_id].price_cents * item.quantity for item in request.items)
        metrics.order_created()
        order = Order(order_id=uuid.uuid4(), total_cents=total, items=request.items)
        return Envelope(success=True, message="Order created", data=order)

    @router.get("/api/search", tags=["shop"], summary="Search products by name (20-100 ms)", responses=INVALID)
    async def search(
        q: Annotated[str, Query(min_length=1, max_length=100, description="Text to search for", examples=["coffee"])],
    ) -> Envelope[SearchResult]:
        await sim.work(simulation.SEARCH)
        found = [product for product in PRODUCTS if q.casefold() in product.name.casefold()]
        metrics.search_done()
        return Envelope(success=True, message=f"{len(found)} found", data=SearchResult(query=q, products=found))

    @router.get("/api/reports", tags=["shop"], summary="Create an expensive report (500-2000 ms)")
    async def report() -> Envelope[Report]:
        await sim.work(sim.reports)
        average = sum(product.price_cents for product in PRODUCTS) / len(PRODUCTS)
        metrics.report_generated()
        made = Report(report_id=uuid.uuid4(), products=len(PRODUCTS), average_price_cents=average)
        return Envelope(success=True, message="Report generated", data=made)

    @router.post(
        "/api/payments",
        tags=["shop"],
        summary="Pay for an order (100-300 ms; fails at ERROR_RATE)",
        responses=BODY | {502: {"model": ErrorEnvelope, "description": "The simulated payment provider failed"}},
    )
    async def pay(request: PaymentRequest) -> Envelope[Payment]:
        await sim.work(simulation.PAYMENTS)
        if sim.payment_fails():
            metrics.payment_processed("failure")
            raise HTTPException(502, "The payment provider did not answer")
        metrics.payment_processed("success")
        payment = Payment(
            payment_id=uuid.uuid4(),
            order_id=request.order_id,
            amount_cents=request.amount_cents,
            currency=request.currency,
        )
        return Envelope(success=True, message="Payment processed", data=payment)

    return router
