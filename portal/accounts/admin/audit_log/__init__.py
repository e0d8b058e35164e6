"""The auditor's screens: the log with filters, one event, its export, and whether the chain holds."""
