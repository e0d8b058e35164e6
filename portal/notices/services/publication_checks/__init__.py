"""What is checked before a version goes out, one concern a module; each gives reasons in words, none when all is well."""

from __future__ import annotations


def register_all() -> None:
    """Add the checks of this app (from its ``ready``)."""
    from portal.notices.services.publication_checks import (
        corrections,
        links,
        official_header,
        register_facts,
    )
    from portal.notices.services.publishing import register_publication_check

    for module in (official_header, corrections, links, register_facts):
        register_publication_check(module.check)
