"""Use cases of the register, one module each. Each runs in one short transaction and writes its audit events."""
