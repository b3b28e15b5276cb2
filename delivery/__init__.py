"""The `planewatch` command: set-up, then plain Pulumi, then a summary."""
