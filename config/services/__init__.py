"""Pure functions that turn frozen settings into the configuration files of the services."""
