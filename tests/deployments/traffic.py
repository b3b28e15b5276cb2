"""Requests to the sample APIs, as a shop's users make them."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.deployments import Deployment

_PAYMENT = {"order_id": "0f8fad5b-d9cb-469f-a165-70867728950e", "amount_cents": 1299, "currency": "EUR"}


def visit(api_url: str, *, rounds: int, payments: int = 1, reports: int = 1) -> None:
    """Send ``rounds`` times one request to each endpoint (so many payments), one after the other, and one bad one."""
    with httpx.Client(base_url=api_url, timeout=15, trust_env=False) as client:
        (product, *_) = client.get("/api/products").raise_for_status().json()["data"]
        order = {"items": [{"product_id": product["id"], "quantity": 1}]}
        for _ in range(rounds):
            client.get("/api/products").raise_for_status()
            client.post("/api/orders", json=order).raise_for_status()
            client.get("/api/search", params={"q": "coffee"}).raise_for_status()
            for _ in range(reports):
                client.get("/api/reports").raise_for_status()
            for _ in range(payments):
                # 502 is what a failing payment answers; anything else is a fault of the test.
                assert client.post("/api/payments", json=_PAYMENT).status_code in (200, 502)
        assert client.get("/api/search").status_code == 422


def visit_all(
    deployment: Deployment, names: Iterable[str], *, rounds: int, payments: int = 1, reports: int = 1
) -> None:
    """Visit several planes at the same time."""
    urls = [deployment.url(f"{name}-http") for name in names]
    with ThreadPoolExecutor(len(urls)) as pool:
        list(pool.map(lambda url: visit(url, rounds=rounds, payments=payments, reports=reports), urls))
