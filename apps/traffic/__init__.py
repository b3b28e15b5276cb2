"""Load for data planes: bounded, shaped over time, with a summary at the end."""
