"""Finds, downloads or builds what planewatch needs. The other wings build on this one; it imports none of them."""
