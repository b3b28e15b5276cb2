"""What a stack on AWS costs a month: published unit prices as data, quantities from the stack's own settings."""
