"""The register in the workplace of the staff: lists, pages, forms; one module a thing."""
