"""Figures about planewatch itself: ratios within one run on one machine, never promises about another."""
