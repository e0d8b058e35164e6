"""A notice (公告) with the header that official documents carry."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from portal.accounts.models import Authority
from portal.notices.blocks.body import NoticeBody
from portal.notices.forms import NoticeForm
from portal.notices.models.public_page import PublicPage
from portal.notices.models.sections import NoticeSectionPage, Section
from portal.notices.services.plain_text import plain_text
from portal.register.models import Filing


class Genre(models.TextChoices):
    """体裁分类 of official documents."""

    ANNOUNCEMENT = "announcement", _("公告")
    PUBLICITY = "publicity", _("公示")
    NOTICE = "notice", _("通知")
    CIRCULAR = "circular", _("通报")
    OPINION = "opinion", _("意见")
    DECISION = "decision", _("决定")
    RULES = "rules", _("规范性文件")
    OTHER = "other", _("其他")


class Validity(models.TextChoices):
    """有效性 of official documents."""

    IN_FORCE = "in_force", _("有效")
    AMENDED = "amended", _("已修改")
    REPEALED = "repealed", _("已废止")
    LAPSED = "lapsed", _("已失效")


class NoticePage(PublicPage):
    """One announcement.

    ``section`` repeats the parent's section so that lists and feeds ask one table. ``published_on`` (发布日期)
    is set when the notice first goes live, unless the editor gave it.
    """

    section = models.CharField(_("栏目"), max_length=20, choices=Section, editable=False)
    index_number = models.CharField(_("索引号"), max_length=60, blank=True)
    document_number = models.CharField(_("发文字号"), max_length=60, blank=True)
    topic_class = models.CharField(_("主题分类"), max_length=40, blank=True, default="劳动、人事、监察")
    genre = models.CharField(_("体裁分类"), max_length=20, choices=Genre, default=Genre.ANNOUNCEMENT)
    issuer = models.ForeignKey(Authority, models.PROTECT, related_name="notices", verbose_name=_("发布机构"))
    written_on = models.DateField(_("成文日期"))
    published_on = models.DateField(
        _("发布日期"), null=True, blank=True, help_text=_("留空时，以首次公开发布的当天为准。")
    )
    validity = models.CharField(_("有效性"), max_length=12, choices=Validity, default=Validity.IN_FORCE)
    validity_note = models.CharField(
        _("有效性说明"), max_length=120, blank=True, help_text=_("如：被某文号的文件修改或废止。")
    )
    summary = models.CharField(_("摘要"), max_length=300, blank=True)
    source = models.CharField(_("来源"), max_length=80, blank=True)
    body = StreamField(NoticeBody(), verbose_name=_("正文"))

    #: The text of the body as it was last saved: feeds and descriptions read it without parsing the blocks.
    plain_body = models.TextField(editable=False, blank=True, default="")

    content_panels = [
        *PublicPage.content_panels,
        InlinePanel("corrections", heading=_("更正"), label=_("更正说明")),
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("index_number"), FieldPanel("document_number")]),
                FieldRowPanel([FieldPanel("topic_class"), FieldPanel("genre")]),
                FieldRowPanel([FieldPanel("issuer"), FieldPanel("source")]),
                FieldRowPanel([FieldPanel("written_on"), FieldPanel("published_on")]),
                FieldRowPanel([FieldPanel("validity"), FieldPanel("validity_note")]),
            ],
            heading=_("公文信息"),
        ),
        FieldPanel("body"),
    ]
    template = "notices/notice.html"
    base_form_class = NoticeForm
    parent_page_types = ["notices.NoticeSectionPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("公告")
        verbose_name_plural = _("公告")
        indexes: ClassVar = [
            models.Index(fields=["section", "-published_on"], name="notices_of_section"),
            models.Index(fields=["-published_on"], name="notices_by_day"),
        ]
        permissions: ClassVar = [("withdraw_noticepage", "可以撤下公告")]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Give the notice an address of its own: a Chinese title has no letters to make one from."""
        self._ensure_slug()
        super().full_clean(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep ``section`` and ``published_on`` in step with the place and the first publication."""
        self._ensure_slug()
        if self.live and self.published_on is None:
            moment = self.first_published_at or timezone.now()
            self.published_on = timezone.localdate(moment)
        parent = self.get_parent() if self.path else None
        if parent is not None and isinstance(parent.specific, NoticeSectionPage):
            self.section = parent.specific.section
        if kwargs.get("update_fields") is None:
            self.plain_body = plain_text(self.body)
        super().save(*args, **kwargs)

    def _ensure_slug(self) -> None:
        if not self.slug:
            from portal.notices.services.slugs import free_slug

            self.slug: str = free_slug(self)

    def latest_correction(self) -> NoticeCorrection | None:
        """The correction made last, or None."""
        corrections = list(self.corrections.all())
        return max(corrections, key=lambda item: (item.corrected_on, item.pk or 0)) if corrections else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows beside its own fields."""
        from portal.notices.services.notice_page import notice_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **notice_context(self)}


class NoticeCorrection(Orderable):
    """What was corrected in a published notice, when and why; shown above the text and in the feeds."""

    page = ParentalKey(NoticePage, on_delete=models.CASCADE, related_name="corrections")
    corrected_on = models.DateField(_("更正日期"), default=timezone.localdate)
    what = models.CharField(_("更正内容"), max_length=300, help_text=_("改了什么：原文与现文。"))
    why = models.CharField(_("更正原因"), max_length=200)

    panels = [FieldPanel("corrected_on"), FieldPanel("what"), FieldPanel("why")]

    class Meta(Orderable.Meta):
        verbose_name = _("更正")
        verbose_name_plural = _("更正")

    def __str__(self) -> str:
        return f"{self.corrected_on} {self.what}"


class NoticeReference(models.Model):
    """A filing named in the published text of a notice; kept in step on publishing."""

    page = models.ForeignKey(NoticePage, models.CASCADE, related_name="references", verbose_name=_("公告"))
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="+", verbose_name=_("备案"))

    class Meta:
        verbose_name = _("公告提及的备案")
        verbose_name_plural = _("公告提及的备案")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "page"], name="notice_names_a_filing_once")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.filing_id}"
