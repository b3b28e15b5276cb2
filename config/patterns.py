"""The forms that texts in a stack file must have, each with the words that explain it to a person."""

DNS_LABEL = r"^[a-z]([a-z0-9-]*[a-z0-9])?$"
# As Prometheus writes durations; a plain 0 would mean its own default of 15 d, so at least one digit is not zero.
RETENTION = r"^0*[1-9][0-9]*(h|d|w|y)$"
SIZE = r"^[1-9][0-9]*(MB|GB|TB)$"
DIGEST = r"^sha256:[0-9a-f]{64}$"
VARIABLE = r"^[A-Z_][A-Z0-9_]*$"
REFERENCE = r"^[^\s@]+$"
IMAGE = r"^\S+$"
URL_PATH = r"^/\S*$"
ADDRESS_POOL = r"^[0-9.]+/([89]|1[0-9]|2[0-4])$"
RELEASE = r"^[A-Za-z0-9][A-Za-z0-9._+-]*$"
DNS_NAME = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"
LABEL_KEY = r"^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"
LABEL_VALUE = r"^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
QUANTITY = r"^[1-9][0-9]*(Mi|Gi|Ti)$"
CIDR = r"^[0-9a-f.:]+/[0-9]{1,3}$"

WORDS = {
    DNS_LABEL: "lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen",
    RETENTION: "a whole number above 0 followed by h, d, w or y, e.g. 15d",
    SIZE: "a whole number above 0 followed by MB, GB or TB, e.g. 20GB",
    DIGEST: "sha256: followed by 64 hexadecimal digits",
    VARIABLE: "capital letters, digits and underscores, not starting with a digit",
    REFERENCE: "an image as repository:tag without a digest, which has a setting of its own",
    IMAGE: "an image as repository:tag without spaces",
    URL_PATH: "a path that starts with / and has no spaces",
    ADDRESS_POOL: "an IPv4 network of /8 to /24, e.g. 10.128.0.0/9",
    DNS_NAME: "lower-case letters, digits, dots and hyphens, starting and ending with a letter or digit",
    LABEL_KEY: "the key of a Kubernetes label, e.g. example.com/team",
    LABEL_VALUE: "the value of a Kubernetes label: letters, digits and any of . _ - within",
    QUANTITY: "a whole number above 0 followed by Mi, Gi or Ti, e.g. 10Gi",
    CIDR: "a network in CIDR form, e.g. 10.0.0.0/8",
    RELEASE: "letters, digits and any of . _ + -, starting with a letter or digit",
}
