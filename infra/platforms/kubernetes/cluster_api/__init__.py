"""Ask a cluster's API server before Pulumi does: which server a kubeconfig names, with whose credentials, and why not.

It only reads and asks for reviews; whatever a stack creates goes through Pulumi's provider.
"""
