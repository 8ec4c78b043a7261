"""What the clock does of the promotion: thin."""
