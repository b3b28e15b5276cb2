"""The language host: runs Python programs and policy packs for the Pulumi engine."""
