"""What runs a policy pack: the SDK's `python -m pulumi.policy`, without the parts of the SDK that packs do not use."""

import runpy

from toolchain.standins.servicer import stubs

if __name__ == "__main__":
    stubs.seldom_used_later()
    runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
