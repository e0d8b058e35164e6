"""The first text of pages that editors may rewrite later."""
