"""Edges that are added, drained and removed while people talk."""
