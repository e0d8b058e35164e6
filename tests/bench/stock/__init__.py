"""A page as a new Wagtail project has it, for comparison."""
