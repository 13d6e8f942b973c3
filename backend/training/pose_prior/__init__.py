"""The pose prior's training: data, candidates, comparison, and the command that makes the weights."""
