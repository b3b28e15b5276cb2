"""The `planewatch` command: set-up, then plain Pulumi, then what a person wants to see."""
