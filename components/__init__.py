"""The reusable components: what a data plane and the control plane are made of, on any platform."""
