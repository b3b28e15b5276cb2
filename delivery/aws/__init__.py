"""What commands do on AWS besides Pulumi: explain refusals, adopt what a killed command was creating."""
