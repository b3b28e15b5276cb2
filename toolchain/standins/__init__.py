"""Engine plugins and a language host for closed networks, used where the official ones cannot be had."""
