"""Settings of the AWS account that a stack runs in."""
