"""Names of resources before release 0.2, as aliases, so that deployed stacks keep them.

Since then components name their children after themselves, and AWS resources are no children of a plane's component.
"""

import pulumi

from components.platform import ZoneSpec


def earlier_children(component: str) -> pulumi.ResourceOptions:
    """Return the options of a component whose children ``<component>-<rest>`` were called ``<rest>``."""

    def renamed(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        rest = args.name.removeprefix(f"{component}-")
        return _known_as(args, pulumi.Alias(name=rest)) if rest != args.name else None

    return pulumi.ResourceOptions(transformations=[renamed])


def earlier_in(zone: ZoneSpec) -> pulumi.ResourceOptions:
    """Return the options of what was a child of the zone's component."""
    return pulumi.ResourceOptions(aliases=[pulumi.Alias(parent=_urn(_component(zone), zone.name))])


def earlier_of_workspace(name: str, zone: ZoneSpec) -> pulumi.ResourceOptions:
    """Return the options of a component whose children were those of the zone's workspace ``name``."""
    parent = _urn(f"{_component(zone)}$planewatch:aws:ManagedPrometheus", name)

    def moved(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        return _known_as(args, pulumi.Alias(parent=parent)) if args.type_.startswith("aws:") else None

    return pulumi.ResourceOptions(transformations=[moved])


def _known_as(args: pulumi.ResourceTransformationArgs, alias: pulumi.Alias) -> pulumi.ResourceTransformationResult:
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(aliases=[alias]))
    return pulumi.ResourceTransformationResult(props=args.props, opts=opts)


def _component(zone: ZoneSpec) -> str:
    return f"planewatch:components:{'ControlPlane' if zone.environment is None else 'DataPlane'}"


def _urn(types: str, name: str) -> str:
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{types}::{name}"
