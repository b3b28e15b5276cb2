"""How objects that `up` may have replaced are replaced."""

import pulumi


def in_its_place(options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Return ``options`` of an object that goes before another takes its name.

    The plugin says so of every named object, but is not asked when a command names what to replace.
    """
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(delete_before_replace=True))
