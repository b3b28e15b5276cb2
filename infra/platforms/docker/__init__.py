"""Local Docker as a platform."""
