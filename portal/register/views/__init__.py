"""Public pages of the register: directory, one filing, fee comparison, and their exports."""
