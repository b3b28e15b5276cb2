"""A shop that knows nothing of telemetry. A request takes a moment, so that others go to another worker."""

import os
import time

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health() -> str:
    return "ok"


@app.get("/orders/<int:number>")
def order(number: int) -> dict[str, int]:
    time.sleep(0.02)
    return {"order": number, "process": os.getpid()}
