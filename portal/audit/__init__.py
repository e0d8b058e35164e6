"""The append-only event log: who did what to which object, when and why."""
