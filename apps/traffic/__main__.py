"""`python -m apps.traffic`."""

from .cli import app

if __name__ == "__main__":
    app(prog_name="traffic")
