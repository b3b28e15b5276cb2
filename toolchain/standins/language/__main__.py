"""Entry point of `pulumi-language-python`."""

from toolchain.standins.servicer import stubs

if __name__ == "__main__":
    # For a policy pack this process only starts another one; the SDK is imported when a program runs.
    stubs.without_the_sdk()
    from toolchain.standins.language.host import main

    main()
