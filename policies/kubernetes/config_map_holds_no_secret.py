"""No secret is in a ConfigMap."""

import re

from pulumi_policy import ResourceValidationArgs, Severity

from policies.label_selectors import texts_by_name
from policies.reading import Record
from policies.resource_policies import Findings, resource_policy
from policies.secret_signs import names_a_secret, shape_of_secret

# A setting in YAML, JSON, INI or an environment file. A reference (${NAME}, a template) is no value.
_SETTING = re.compile(
    r"""^[ \t\-{"']*(?P<name>[A-Za-z_][\w.\-]*)["']?[ \t]*[:=][ \t]*["']?(?P<value>[^\s"'$\{\[|>#,][^"'\n]*)""",
    re.MULTILINE,
)


def check(args: ResourceValidationArgs) -> Findings:
    """Search for shapes of secrets in each file, and for settings named like one; values are never reported.

    Entropy says nothing here: a file of rules or settings is full of expressions that look random.
    """
    for file, content in texts_by_name(Record(args.props).record("data")).items():
        if why := shape_of_secret(content):
            yield f"'{file}' {why} (value not shown)"
        for setting in sorted({match["name"] for match in _SETTING.finditer(content)}):
            if names_a_secret(setting):
                yield f"'{file}' has the setting '{setting}', which is named like a secret (value not shown)"


POLICY = resource_policy(
    name="config-map-holds-no-secret",
    description="No secret is in a ConfigMap, which everyone with read access to the namespace can read.",
    remedy="mark the File of the Workload as sensitive, which puts its folder into a Secret",
    types=("kubernetes:core/v1:ConfigMap",),
    check=check,
    severity=Severity.CRITICAL,
)
