"""What templates of the workplace ask."""
