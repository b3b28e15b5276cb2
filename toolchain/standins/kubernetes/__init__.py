"""A stand-in for the official Kubernetes plugin: any kind of object, by server-side apply."""
