"""The Pulumi program: from a stack's settings to a running topology on the platform the stack chose."""
