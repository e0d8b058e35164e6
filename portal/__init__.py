"""The public portal and the register that it publishes."""
