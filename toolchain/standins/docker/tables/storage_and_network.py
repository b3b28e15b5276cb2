"""Networks and volumes."""

from toolchain.standins.docker.schema import Kind, Prop, ResourceType

NETWORK = ResourceType(
    urn_type="docker:index/network:Network",
    props=(
        Prop("name", Kind.STR, required=True, force_new=True),
        Prop(
            "labels",
            Kind.SET,
            force_new=True,
            fields=(
                Prop("label", Kind.STR, required=True, force_new=True),
                Prop("value", Kind.STR, required=True, force_new=True),
            ),
        ),
        Prop("driver", Kind.STR, computed=True, force_new=True),
        Prop("options", Kind.MAP, computed=True, force_new=True),
        Prop("internal", Kind.BOOL, computed=True, force_new=True),
        Prop("attachable", Kind.BOOL, force_new=True),
        Prop("ingress", Kind.BOOL, force_new=True),
        Prop("ipv6", Kind.BOOL, force_new=True),
        Prop("ipamDriver", Kind.STR, force_new=True, default="default"),
        Prop("ipamOptions", Kind.MAP, force_new=True),
        Prop(
            "ipamConfigs",
            Kind.SET,
            computed=True,
            force_new=True,
            fields=(
                Prop("subnet", Kind.STR, force_new=True),
                Prop("ipRange", Kind.STR, force_new=True),
                Prop("gateway", Kind.STR, force_new=True),
                Prop("auxAddress", Kind.MAP, force_new=True),
            ),
        ),
        Prop("scope", Kind.STR, output_only=True),
    ),
    autoname=True,
    meta=('{"schema_version":"1"}'),
)

VOLUME = ResourceType(
    urn_type="docker:index/volume:Volume",
    props=(
        Prop("name", Kind.STR, computed=True, force_new=True),
        Prop(
            "labels",
            Kind.SET,
            force_new=True,
            fields=(
                Prop("label", Kind.STR, required=True, force_new=True),
                Prop("value", Kind.STR, required=True, force_new=True),
            ),
        ),
        Prop("driver", Kind.STR, computed=True, force_new=True),
        Prop("driverOpts", Kind.MAP, force_new=True),
        Prop("mountpoint", Kind.STR, output_only=True),
        Prop(
            "cluster",
            Kind.OBJECT,
            fields=(
                Prop("id", Kind.STR, output_only=True),
                Prop("scope", Kind.STR, force_new=True, default="single", pattern=r"^(single|multi)$"),
                Prop("sharing", Kind.STR, force_new=True, default="none", pattern=r"^(none|readonly|onewriter|all)$"),
                Prop("type", Kind.STR, force_new=True, default="block", pattern=r"^(mount|block)$"),
                Prop("topologyPreferred", Kind.STR, force_new=True, default=""),
                Prop("topologyRequired", Kind.STR, force_new=True, default=""),
                Prop("requiredBytes", Kind.STR, force_new=True),
                Prop("limitBytes", Kind.STR, force_new=True),
                Prop("group", Kind.STR, force_new=True, default=""),
                Prop("availability", Kind.STR, default="active", pattern=r"^(active|pause|drain)$"),
            ),
        ),
    ),
    autoname=True,
    meta=('{"schema_version":"1"}'),
)
