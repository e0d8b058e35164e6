"""The tree of pages that a new site starts with."""

from __future__ import annotations

from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from portal.notices.content import help_page, privacy_page
from portal.notices.models import (
    HomePage,
    NoticeIndexPage,
    NoticeSectionPage,
    Section,
    SiteIdentity,
    TextPage,
)
from portal.notices.services.regulation_pages import load_regulation_pages

SITE_NAME = "重庆市职业技能等级评价机构公共门户"
ROOT_TITLE = "全部页面"

INTROS = {
    Section.DEREGISTRATION: "注销备案信息后及时公告的机构、日期和依据（第三十条、第三十一条）。",
    Section.SELECTION: "申请第三方评价的机构经择优遴选，向社会公示（第十一条）。",
    Section.FEES: "评价收费的标准、依据和有关通知（第十八条）。",
    Section.INSPECTIONS: "“双随机、一公开”抽查检查的结果（第二十五条）。",
    Section.CREDIT: "对评价机构信用评估的结果（第二十九条）。",
    Section.POLICY: "职业技能等级评价的政策文件。",
    Section.GENERAL: "其他通知。",
}
#: Days after which a section without anything new is stale; other sections keep the default of a year.
STALE_AFTER_DAYS = {Section.POLICY: 180, Section.GENERAL: 90}


@transaction.atomic
def ensure_site_tree() -> HomePage:
    """Make what is missing of home, announcements with sections, regulation, help and privacy.

    What editors have changed stays as it is. A second run changes nothing.
    """
    home = _home()
    index = NoticeIndexPage.objects.first() or _add(
        home,
        NoticeIndexPage(title="公告", slug="notices", intro="注销、遴选、收费、抽查、信用评估、政策与通知。"),
    )
    present = set(NoticeSectionPage.objects.values_list("section", flat=True))
    for section in Section:
        if section.value not in present:
            label = str(section.label)
            _add(
                index,
                NoticeSectionPage(
                    title=label,
                    slug=section.value,
                    section=section.value,
                    intro=INTROS[section],
                    stale_after_days=STALE_AFTER_DAYS.get(section, 365),
                ),
            )
    load_regulation_pages()
    for slug, content in (("help", help_page), ("privacy", privacy_page)):
        if not TextPage.objects.filter(slug=slug).exists():
            _add_text(home, slug, content)
    return home


def _home() -> HomePage:
    """The home page and the site that shows it; Wagtail's own welcome page goes, what is above has a Chinese name."""
    Page.objects.filter(depth=1, title="Root").update(title=ROOT_TITLE, draft_title=ROOT_TITLE)
    home = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        home = HomePage(
            title="首页",
            slug="portal",
            search_description="查评价机构是否备案、能评什么、到哪天、收多少钱；看公告和管理办法。",
        )
        root.add_child(instance=home)
        home.save_revision().publish()
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.pk is None or site.root_page_id != home.pk:
        welcome = site.root_page if site.pk is not None else None
        site.site_name, site.root_page = SITE_NAME, Page.objects.get(pk=home.pk)
        site.hostname = address.hostname or "localhost"
        site.port = address.port or (443 if address.scheme == "https" else 80)
        site.save()
        if welcome is not None and welcome.specific_class is Page:
            welcome.delete()
    if not SiteIdentity.objects.filter(site=site).exists():
        SiteIdentity.objects.create(
            site=site,
            name=SITE_NAME,
            description="重庆市职业技能等级评价机构的备案、收费与公告查询。",
            keywords="职业技能等级认定,评价机构,备案,收费标准,重庆",
        )
    made: HomePage = HomePage.objects.get(pk=home.pk)
    return made


def _add(parent: Page, page: Any) -> Any:
    page.search_description = page.search_description or getattr(page, "intro", "")
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _add_text(home: HomePage, slug: str, content: ModuleType) -> None:
    page = TextPage(title=content.TITLE, slug=slug, intro=content.INTRO)
    block = TextPage._meta.get_field("body").stream_block
    page.body = block.to_python([{"type": kind, "value": value} for kind, value in content.BODY])
    _add(home, page)
