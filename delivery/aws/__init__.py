"""What commands know of AWS beside Pulumi: words for its refusals, and what a killed command left half made."""
