"""Patterns for strings in a stack file, each with the words that complete "must be …"."""

DNS_LABEL = r"^[a-z]([a-z0-9-]*[a-z0-9])?$"
# As Prometheus writes durations; a plain 0 would mean its own default of 15 d, so at least one digit is not zero.
RETENTION = r"^0*[1-9][0-9]*(h|d|w|y)$"
SIZE = r"^[1-9][0-9]*(MB|GB|TB)$"
DIGEST = r"^sha256:[0-9a-f]{64}$"
# What every supported Kubernetes takes: http_proxy, Logging__Level, discovery.type.
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_.-]*$"
# Its file is named after it, and on AWS it is part of other names.
FILE_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
ENTRY_NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,62}$"
# Of an entry in a Secret of Kubernetes.
DATA_KEY = r"^[A-Za-z0-9._-]+$"
VARIABLE_VALUE = r"^[^\x00]*$"
# As the grammar of container references has it: an optional registry, a path in lower case, a tag.
_REGISTRY = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(:[0-9]{1,5})?"
_PATH = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_TAGGED = rf"({_REGISTRY}/)?{_PATH}(/{_PATH})*(:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?"
REFERENCE = rf"^{_TAGGED}$"
IMAGE = rf"^{_TAGGED}(@sha256:[0-9a-f]{{64}})?$"
FOLDER = r"^(/[A-Za-z0-9._-]+)+$"
PORT_NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
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
TAINT_KEY = rf"^$|{LABEL_KEY}"
LABEL_VALUE = r"^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$"
QUANTITY = r"^[1-9][0-9]*(Mi|Gi|Ti)$"
CIDR = r"^[0-9a-f.:]+/[0-9]{1,3}$"
AWS_REGION = r"^[a-z]{2}(-[a-z]+)+-[0-9]$"
AWS_ZONE = r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"
AWS_PRINCIPAL = r"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/\S+$"
AWS_ACCOUNT = r"^[0-9]{12}$"
# Keys and values of tags: letters, digits, spaces and + - = . _ : / @ (the AWS tagging rules).
AWS_TAG = r"^[A-Za-z0-9 +=._:/@-]*$"
AWS_INSTANCE_TYPE = r"^[a-z0-9-]+\.[a-z0-9-]+$"
AWS_QUEUE = r"^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}$"
AWS_FUNCTION = r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,140}(:[A-Za-z0-9_$-]{1,128})?$"
_STORED = r"[A-Za-z0-9/_+=.@-]{1,512}"
AWS_SECRET = rf"^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{{12}}:secret:{_STORED}-[A-Za-z0-9]{{6}}|{_STORED})$"
EMAIL = (
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$"
)
AWS_VPC = r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$"
AWS_SUBNET = r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$"
IPV4_CIDR = r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"
KUBERNETES_MINOR = r"^1\.[0-9]{2}$"
LABEL = r"^[A-Za-z0-9]([A-Za-z0-9 ._+/-]*[A-Za-z0-9])?$"
EKS_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"

WORDS = {
    AWS_REGION: "an AWS region, e.g. eu-central-1",
    AWS_ZONE: "an availability zone, e.g. eu-central-1a",
    AWS_PRINCIPAL: "the ARN of an IAM role or user (not of a session), e.g. arn:aws:iam::111122223333:role/platform",
    AWS_ACCOUNT: "an AWS account ID: 12 digits in quotes",
    AWS_TAG: "a tag: letters, digits, spaces and + - = . _ : / @",
    AWS_VPC: "a VPC ID, e.g. vpc-0a1b2c3d4e5f60718",
    AWS_SUBNET: "a subnet ID, e.g. subnet-0a1b2c3d4e5f60718",
    IPV4_CIDR: "an IPv4 network in CIDR form, e.g. 10.64.0.0/16",
    KUBERNETES_MINOR: 'a minor version of Kubernetes in quotes, e.g. "1.36"',
    EKS_NAME: "an EKS cluster name: letters, digits, hyphens and underscores",
    LABEL: "a name: letters, digits, spaces and . _ + / -, starting and ending with a letter or digit",
    DNS_LABEL: "a DNS label: lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen",
    RETENTION: "a duration: an integer > 0 and h, d, w or y, e.g. 15d",
    SIZE: "a size: an integer > 0 and MB, GB or TB, e.g. 20GB",
    DIGEST: "a digest: sha256: and 64 hexadecimal digits",
    VARIABLE: "a variable name: letters, digits and _ . -, starting with a letter or _",
    FILE_VARIABLE: "a variable name: letters, digits and _, starting with a letter or _",
    ENTRY_NAME: "a secret's name: at most 63 letters, digits and _ -, starting with a letter",
    DATA_KEY: "an entry of a Secret: letters, digits and . _ -",
    VARIABLE_VALUE: "text without a NUL character",
    REFERENCE: "an image as repository:tag, in lower case up to the tag; its digest has a setting of its own",
    IMAGE: "an image as repository:tag or repository@sha256:…, in lower case up to the tag",
    TAINT_KEY: "a taint's key, e.g. example.com/team, or empty with operator: Exists",
    AWS_INSTANCE_TYPE: "an instance type, e.g. m7g.large",
    AWS_SECRET: "a secret's ARN with its last six characters, or its name: letters, digits and / _ + = . @ -",
    EMAIL: "an e-mail address, e.g. oncall@example.com",
    FOLDER: "the path of a folder from / on: letters, digits and . _ - between slashes",
    PORT_NAME: "a port's name: lower-case letters, digits and single hyphens, starting with a letter",
    URL_PATH: "a path that starts with / and has no spaces",
    ADDRESS_POOL: "an IPv4 network of /8 to /24, e.g. 10.128.0.0/9",
    DOMAIN: "a lower-case domain of two labels or more, e.g. watch.example.com",
    DNS_NAME: (
        "a DNS name: lower-case letters, digits, dots and hyphens, each part starting and ending with a letter or digit"
    ),
    LABEL_KEY: "a Kubernetes label key with ≤ 63 characters after the /, e.g. example.com/team",
    LABEL_VALUE: "a Kubernetes label value: letters, digits and . _ -, starting and ending with a letter or digit",
    QUANTITY: "a quantity: an integer > 0 and Mi, Gi or Ti, e.g. 10Gi",
    CIDR: "a network in CIDR form, e.g. 10.0.0.0/8",
    RELEASE: "a version: letters, digits and . _ + -, starting and ending with a letter or digit",
}
