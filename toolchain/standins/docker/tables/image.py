"""Images and tags."""

from toolchain.standins.docker.schema import Kind, Prop, ResourceType

REMOTE_IMAGE = ResourceType(
    urn_type="docker:index/remoteImage:RemoteImage",
    props=(
        Prop("name", Kind.STR, required=True, force_new=True),
        Prop("imageId", Kind.STR, output_only=True),
        Prop("repoDigest", Kind.STR, output_only=True),
        Prop("keepLocally", Kind.BOOL),
        Prop("pullTriggers", Kind.SET, force_new=True),
        Prop("forceRemove", Kind.BOOL),
        Prop(
            "build",
            Kind.OBJECT,
            fields=(
                Prop("dockerfile", Kind.STR, force_new=True, default="Dockerfile"),
                Prop("tags", Kind.LIST),
                Prop("remove", Kind.BOOL, default=True),
                Prop(
                    "secrets",
                    Kind.LIST,
                    fields=(
                        Prop("id", Kind.STR, required=True, force_new=True),
                        Prop("src", Kind.STR, force_new=True),
                        Prop("env", Kind.STR, force_new=True),
                    ),
                ),
                Prop("label", Kind.MAP),
                Prop("suppressOutput", Kind.BOOL, force_new=True),
                Prop("remoteContext", Kind.STR, force_new=True),
                Prop("noCache", Kind.BOOL, force_new=True),
                Prop("forceRemove", Kind.BOOL, force_new=True),
                Prop("pullParent", Kind.BOOL, force_new=True),
                Prop("isolation", Kind.STR, force_new=True),
                Prop("cpuSetCpus", Kind.STR, force_new=True),
                Prop("cpuSetMems", Kind.STR, force_new=True),
                Prop("cpuShares", Kind.INT, force_new=True),
                Prop("cpuQuota", Kind.INT, force_new=True),
                Prop("cpuPeriod", Kind.INT, force_new=True),
                Prop("memory", Kind.INT, force_new=True),
                Prop("memorySwap", Kind.INT, force_new=True),
                Prop("cgroupParent", Kind.STR, force_new=True),
                Prop("networkMode", Kind.STR, force_new=True),
                Prop("shmSize", Kind.INT, force_new=True),
                Prop(
                    "ulimits",
                    Kind.LIST,
                    fields=(
                        Prop("name", Kind.STR, required=True, force_new=True),
                        Prop("hard", Kind.INT, required=True, force_new=True),
                        Prop("soft", Kind.INT, required=True, force_new=True),
                    ),
                ),
                Prop("buildArgs", Kind.MAP, force_new=True),
                Prop(
                    "authConfigs",
                    Kind.LIST,
                    fields=(
                        Prop("hostName", Kind.STR, required=True),
                        Prop("userName", Kind.STR),
                        Prop("password", Kind.STR),
                        Prop("auth", Kind.STR),
                        Prop("email", Kind.STR),
                        Prop("serverAddress", Kind.STR),
                        Prop("identityToken", Kind.STR),
                        Prop("registryToken", Kind.STR),
                    ),
                ),
                Prop("context", Kind.STR, required=True, force_new=True),
                Prop("additionalContexts", Kind.LIST, force_new=True),
                Prop("labels", Kind.MAP, force_new=True),
                Prop("squash", Kind.BOOL, force_new=True),
                Prop("cacheFroms", Kind.LIST, force_new=True),
                Prop("cacheTos", Kind.LIST, force_new=True),
                Prop("securityOpts", Kind.LIST, force_new=True),
                Prop("extraHosts", Kind.LIST, force_new=True),
                Prop("target", Kind.STR, force_new=True),
                Prop("sessionId", Kind.STR, force_new=True),
                Prop("platform", Kind.STR, force_new=True),
                Prop("version", Kind.STR, force_new=True),
                Prop("buildId", Kind.STR, force_new=True),
                Prop("useLegacyBuilder", Kind.BOOL, force_new=True, default=False),
                Prop("builder", Kind.STR, force_new=True),
                Prop("buildLogFile", Kind.STR, force_new=True),
                Prop("provenance", Kind.STR, force_new=True),
                Prop("sbom", Kind.STR, force_new=True),
            ),
        ),
        Prop("triggers", Kind.MAP, force_new=True),
        Prop("platform", Kind.STR, force_new=True, default=""),
    ),
    meta=(
        '{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,"update":1200000000000}}'
    ),
)

TAG = ResourceType(
    urn_type="docker:index/tag:Tag",
    props=(
        Prop("sourceImage", Kind.STR, required=True, force_new=True),
        Prop("sourceImageId", Kind.STR, output_only=True),
        Prop("targetImage", Kind.STR, required=True, force_new=True),
        Prop("tagTriggers", Kind.SET, force_new=True),
    ),
)
