"""What the documents promise, checked."""
