"""What the tests and their programs have to agree on."""

# Name the file with the stack's settings (JSON, as a stack file says them) and the stack's name.
SETTINGS, NAME = "AWS_HALF_SETTINGS", "AWS_HALF_NAME"

# The pair: what its components' names end with, and what a transformation given to a component adds to its children.
SUFFIXES = ("one", "two")
MARK = {"marked": "by-transformation"}

# What the control plane of a stack is called that is not called as ours.
WATCH = "watch"
