"""An AWS account on this machine and the engine plugin that works on it; used with `AWS=simulated` only."""
