"""Documents: files attached to notices. The archive of records grows here."""
