"""What the tests and the program of the half have to agree on."""

# Name the file with the stack's settings (JSON, as a stack file says them) and the stack's name.
SETTINGS, NAME = "AWS_HALF_SETTINGS", "AWS_HALF_NAME"
