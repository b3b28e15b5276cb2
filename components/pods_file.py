"""What a Prometheus that lists pods serves to itself in place of each."""

from components.workload import File
from config.services.scraping import PODS_FILE, PODS_TEXT


def pods_file(folder: str) -> File:
    """Return the file, in the ``folder`` whose files the Prometheus serves."""
    return File(path=f"{folder}/{PODS_FILE}", content=PODS_TEXT)
