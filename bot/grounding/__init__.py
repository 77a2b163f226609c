"""The check of what a language model writes: every sentence against the passages that it cites."""
