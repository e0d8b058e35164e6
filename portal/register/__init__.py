"""The register: occupations, institutions, filings with their scope, sites and fees, and what happened to them when."""
