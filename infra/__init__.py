"""How the portal is set up, started, supervised and checked.

``bootstrap``, ``console``, ``ports``, ``run`` and ``postgres`` use the standard library only: they work
before anything is installed.
"""
