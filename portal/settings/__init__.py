"""Settings by topic.

``production`` is the base and refuses to start on a missing key; ``embedded`` (the default) relaxes it
to one machine with SQLite and local files and makes its own keys; ``test`` relaxes it for tests.
Topics: ``apps``, ``database``, ``storage``, ``security``, ``locale``, ``cms``, ``register``.
"""
