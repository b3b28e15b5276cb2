"""Stand-ins for the engine plugins that only exist as official downloads: language host and Docker provider."""
