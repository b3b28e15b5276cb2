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
# Two labels or more: TLS libraries take no wildcard certificate for "*.localhost".
DOMAIN = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
RELEASE = r"^[A-Za-z0-9]([A-Za-z0-9._+-]*[A-Za-z0-9])?$"
DNS_NAME = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"
LABEL_KEY = (
    r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?"
    r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"
)
LABEL_VALUE = r"^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
QUANTITY = r"^[1-9][0-9]*(Mi|Gi|Ti)$"
CIDR = r"^[0-9a-f.:]+/[0-9]{1,3}$"
AWS_REGION = r"^[a-z]{2}(-[a-z]+)+-[0-9]$"
AWS_ZONE = r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"
AWS_PRINCIPAL = r"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/\S+$"
AWS_ACCOUNT = r"^[0-9]{12}$"
# Keys and values of tags: letters, digits, spaces and + - = . _ : / @ (the AWS tagging rules).
AWS_TAG = r"^[A-Za-z0-9 +=._:/@-]*$"
AWS_VPC = r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$"
AWS_SUBNET = r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$"
IPV4_CIDR = r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"
KUBERNETES_MINOR = r"^1\.[0-9]{2}$"
EKS_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"

WORDS = {
    AWS_REGION: "an AWS region, e.g. eu-central-1",
    AWS_ZONE: "an availability zone, e.g. eu-central-1a",
    AWS_PRINCIPAL: "the ARN of a role or user of IAM (of no session), e.g. arn:aws:iam::111122223333:role/platform",
    AWS_ACCOUNT: "an AWS account of 12 digits, in quotes",
    AWS_TAG: "letters, digits, spaces and any of + - = . _ : / @",
    AWS_VPC: "the id of a VPC, e.g. vpc-0a1b2c3d4e5f60718",
    AWS_SUBNET: "the id of a subnet, e.g. subnet-0a1b2c3d4e5f60718",
    IPV4_CIDR: "an IPv4 network in CIDR form, e.g. 10.64.0.0/16",
    KUBERNETES_MINOR: 'a minor version of Kubernetes in quotes, e.g. "1.36"',
    EKS_NAME: "the name of an EKS cluster: letters, digits, hyphens and underscores",
    DNS_LABEL: "lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen",
    RETENTION: "a whole number above 0 followed by h, d, w or y, e.g. 15d",
    SIZE: "a whole number above 0 followed by MB, GB or TB, e.g. 20GB",
    DIGEST: "sha256: followed by 64 hexadecimal digits",
    VARIABLE: "capital letters, digits and underscores, not starting with a digit",
    REFERENCE: "an image as repository:tag without a digest, which has a setting of its own",
    IMAGE: "an image as repository:tag without spaces",
    URL_PATH: "a path that starts with / and has no spaces",
    ADDRESS_POOL: "an IPv4 network of /8 to /24, e.g. 10.128.0.0/9",
    DOMAIN: "a domain of two labels or more in lower case, e.g. watch.example.com",
    DNS_NAME: "lower-case letters, digits, dots and hyphens, each part starting and ending with a letter or digit",
    LABEL_KEY: "the key of a Kubernetes label with at most 63 characters after the /, e.g. example.com/team",
    LABEL_VALUE: "the value of a Kubernetes label: letters, digits and any of . _ - within",
    QUANTITY: "a whole number above 0 followed by Mi, Gi or Ti, e.g. 10Gi",
    CIDR: "a network in CIDR form, e.g. 10.0.0.0/8",
    RELEASE: "letters, digits and any of . _ + - within",
}
