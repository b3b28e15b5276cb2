"""What every engine plugin shares: its gRPC server, its answers, values, and diffs."""
