"""Lifting against truth: known bodies in recorded poses, seen by cameras of which some see somebody else."""
