"""Models of the announcements and pages."""

from portal.notices.models.approval import SecondPersonApprovalTask
from portal.notices.models.home import HomePage
from portal.notices.models.identity import SiteIdentity
from portal.notices.models.notice import Genre, NoticeCorrection, NoticePage, NoticeReference, Validity
from portal.notices.models.regulation import ArticlePage, RegulationIndexPage
from portal.notices.models.review import TICKS, PublicationReview, RefusedSchedule
from portal.notices.models.sections import NoticeIndexPage, NoticeSectionPage, Section
from portal.notices.models.stamp import ContentStamp
from portal.notices.models.text import TextPage
from portal.notices.models.withdrawal import Withdrawal

__all__ = [
    "TICKS",
    "ArticlePage",
    "ContentStamp",
    "Genre",
    "HomePage",
    "NoticeCorrection",
    "NoticeIndexPage",
    "NoticePage",
    "NoticeReference",
    "NoticeSectionPage",
    "PublicationReview",
    "RefusedSchedule",
    "RegulationIndexPage",
    "SecondPersonApprovalTask",
    "Section",
    "SiteIdentity",
    "TextPage",
    "Validity",
    "Withdrawal",
]
