"""Lanes on SimPy: many replications of one world in lock-step. Knows nothing of firms."""
