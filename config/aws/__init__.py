"""What a stack may say about the AWS account it runs in."""
