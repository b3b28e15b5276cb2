"""The container's nested properties."""

from toolchain.standins.docker.schema import Kind, Prop

# A Go duration, e.g. 1m30s.
DURATION = r"^(0|([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+)$"
BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
# An absolute path, also a Windows one.
HOST_PATH = r"^([a-zA-Z]:\\|/)"

BLOCKS = (
    Prop(
        "capabilities",
        Kind.OBJECT,
        force_new=True,
        fields=(
            Prop("adds", Kind.SET, force_new=True),
            Prop("drops", Kind.SET, force_new=True),
        ),
    ),
    Prop(
        "deviceReadBps",
        Kind.SET,
        fields=(
            Prop("path", Kind.STR, required=True),
            Prop("rate", Kind.INT, required=True, minimum=0),
        ),
    ),
    Prop(
        "deviceReadIops",
        Kind.SET,
        fields=(
            Prop("path", Kind.STR, required=True),
            Prop("rate", Kind.INT, required=True, minimum=0),
        ),
    ),
    Prop(
        "deviceRequests",
        Kind.SET,
        force_new=True,
        fields=(
            Prop("driver", Kind.STR, force_new=True, default="cdi"),
            Prop("count", Kind.INT, force_new=True, default=0),
            Prop("deviceIds", Kind.SET, force_new=True),
            Prop("capabilities", Kind.SET, force_new=True),
            Prop("options", Kind.MAP, force_new=True),
        ),
    ),
    Prop(
        "deviceWriteBps",
        Kind.SET,
        fields=(
            Prop("path", Kind.STR, required=True),
            Prop("rate", Kind.INT, required=True, minimum=0),
        ),
    ),
    Prop(
        "deviceWriteIops",
        Kind.SET,
        fields=(
            Prop("path", Kind.STR, required=True),
            Prop("rate", Kind.INT, required=True, minimum=0),
        ),
    ),
    Prop(
        "devices",
        Kind.SET,
        force_new=True,
        fields=(
            Prop("hostPath", Kind.STR, required=True, force_new=True),
            Prop("containerPath", Kind.STR, force_new=True),
            Prop("permissions", Kind.STR, force_new=True, default="rwm"),
        ),
    ),
    Prop(
        "healthcheck",
        Kind.OBJECT,
        computed=True,
        fields=(
            Prop("tests", Kind.LIST),
            Prop("interval", Kind.STR, default="0s", pattern=DURATION),
            Prop("timeout", Kind.STR, default="0s", pattern=DURATION),
            Prop("startPeriod", Kind.STR, default="0s", pattern=DURATION),
            Prop("startInterval", Kind.STR, default="0s", pattern=DURATION),
            Prop("retries", Kind.INT, default=0, minimum=0),
        ),
    ),
    Prop(
        "hosts",
        Kind.SET,
        force_new=True,
        fields=(
            Prop("ip", Kind.STR, required=True, force_new=True),
            Prop("host", Kind.STR, required=True, force_new=True),
        ),
    ),
    Prop(
        "labels",
        Kind.SET,
        computed=True,
        force_new=True,
        fields=(
            Prop("label", Kind.STR, required=True, force_new=True),
            Prop("value", Kind.STR, required=True, force_new=True),
        ),
    ),
    Prop(
        "mounts",
        Kind.SET,
        force_new=True,
        fields=(
            Prop("target", Kind.STR, required=True),
            Prop("source", Kind.STR),
            Prop("type", Kind.STR, required=True, pattern=r"^(bind|volume|tmpfs)$"),
            Prop("readOnly", Kind.BOOL),
            Prop(
                "bindOptions",
                Kind.OBJECT,
                fields=(Prop("propagation", Kind.STR, pattern=r"^(private|rprivate|shared|rshared|slave|rslave)$"),),
            ),
            Prop(
                "volumeOptions",
                Kind.OBJECT,
                fields=(
                    Prop("noCopy", Kind.BOOL),
                    Prop(
                        "labels",
                        Kind.SET,
                        fields=(
                            Prop("label", Kind.STR, required=True, force_new=True),
                            Prop("value", Kind.STR, required=True, force_new=True),
                        ),
                    ),
                    Prop("driverName", Kind.STR),
                    Prop("driverOptions", Kind.MAP),
                    Prop("subpath", Kind.STR, force_new=True),
                ),
            ),
            Prop(
                "tmpfsOptions",
                Kind.OBJECT,
                force_new=True,
                fields=(
                    Prop("sizeBytes", Kind.INT),
                    Prop("mode", Kind.INT),
                ),
            ),
        ),
    ),
    Prop(
        "networkDatas",
        Kind.LIST,
        output_only=True,
        fields=(
            Prop("networkName", Kind.STR, output_only=True),
            Prop("ipAddress", Kind.STR, output_only=True),
            Prop("ipPrefixLength", Kind.INT, output_only=True),
            Prop("gateway", Kind.STR, output_only=True),
            Prop("globalIpv6Address", Kind.STR, output_only=True),
            Prop("globalIpv6PrefixLength", Kind.INT, output_only=True),
            Prop("ipv6Gateway", Kind.STR, output_only=True),
            Prop("macAddress", Kind.STR, output_only=True),
        ),
    ),
    Prop(
        "networksAdvanced",
        Kind.SET,
        force_new=True,
        fields=(
            Prop("name", Kind.STR, required=True, force_new=True),
            Prop("aliases", Kind.SET, force_new=True),
            Prop("ipv4Address", Kind.STR, force_new=True),
            Prop("ipv6Address", Kind.STR, force_new=True),
            Prop("linkLocalIps", Kind.SET, force_new=True),
            Prop("macAddress", Kind.STR, force_new=True),
            Prop("driverOpts", Kind.SET, force_new=True),
            Prop("gwPriority", Kind.INT, force_new=True, minimum=0),
        ),
    ),
    Prop(
        "ports",
        Kind.LIST,
        force_new=True,
        fields=(
            Prop("internal", Kind.INT, required=True, force_new=True),
            Prop("external", Kind.INT, computed=True, force_new=True),
            Prop("ip", Kind.STR, force_new=True, default="0.0.0.0"),  # noqa: S104 - the official default
            Prop("protocol", Kind.STR, force_new=True, default="tcp"),
        ),
    ),
    Prop(
        "ulimits",
        Kind.SET,
        force_new=True,
        fields=(
            Prop("name", Kind.STR, required=True, force_new=True),
            Prop("soft", Kind.INT, required=True, force_new=True),
            Prop("hard", Kind.INT, required=True, force_new=True),
        ),
    ),
    Prop(
        "uploads",
        Kind.SET,
        force_new=True,
        fields=(
            Prop("content", Kind.STR, force_new=True),
            Prop("contentBase64", Kind.STR, force_new=True, pattern=BASE64),
            Prop("file", Kind.STR, required=True, force_new=True),
            Prop("executable", Kind.BOOL, force_new=True, default=False),
            Prop("permissions", Kind.STR, force_new=True, pattern=r"^0[0-7]{3}$"),
            Prop("source", Kind.STR, force_new=True),
            Prop("sourceHash", Kind.STR, force_new=True),
            Prop("owner", Kind.STR, force_new=True),
            Prop("group", Kind.STR, force_new=True),
        ),
    ),
    Prop(
        "volumes",
        Kind.SET,
        force_new=True,
        fields=(
            Prop("fromContainer", Kind.STR, force_new=True),
            Prop("containerPath", Kind.STR, force_new=True),
            Prop("hostPath", Kind.STR, force_new=True, pattern=HOST_PATH),
            Prop("volumeName", Kind.STR, force_new=True),
            Prop("readOnly", Kind.BOOL, force_new=True),
            Prop("selinuxRelabel", Kind.STR, force_new=True, pattern=r"^(z|Z)$"),
        ),
    ),
)
