"""Signal packs: metrics, recording rules and alerts as data."""
