"""What to answer for a notice that is not (or no longer) there."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from portal.notices.models.notice import NoticePage
from portal.notices.models.withdrawal import Withdrawal

if TYPE_CHECKING:
    from portal.notices.models.sections import NoticeSectionPage

#: Addresses compared with the one that was asked for, and notices offered.
COMPARED = 400
OFFERED = 5


@dataclass(frozen=True, slots=True)
class MissingNotice:
    """The withdrawal that explains the absence, if there is one, and notices that may have been meant."""

    slug: str
    withdrawal: Withdrawal | None
    near: tuple[NoticePage, ...]


def find_missing(section_page: NoticeSectionPage, slug: str) -> MissingNotice:
    """Explain why there is no notice at this address."""
    withdrawal = Withdrawal.objects.filter(section=section_page.section, slug=slug).first()
    return MissingNotice(slug, withdrawal, _near(section_page.section, slug))


def _near(section: str, slug: str) -> tuple[NoticePage, ...]:
    """Notices of the section with a similar address, else its latest ones."""
    notices = NoticePage.objects.live().public().filter(section=section).defer("body", "plain_body")
    newest = notices.order_by("-published_on", "-pk")
    slugs = list(newest.values_list("slug", flat=True)[:COMPARED])
    similar = get_close_matches(slug[:100], slugs, n=OFFERED, cutoff=0.7)
    if similar:
        return tuple(newest.filter(slug__in=similar)[:OFFERED])
    return tuple(newest[:OFFERED])
