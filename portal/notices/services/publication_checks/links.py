"""Every link of a text leads somewhere: pages, files, filings and addresses of this site must be there and public.

Addresses of other sites are only looked at, never called: right form and http(s), nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.http import Http404
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from documents.access import is_public
from documents.models import PortalDocument
from portal.register.models import Filing

_OUTSIDE = URLValidator(schemes=["http", "https"])
_TELEPHONE = re.compile(r"tel:\+?[0-9 ()-]{3,30}")


@dataclass(frozen=True, slots=True)
class Link:
    """One link as it stands in the text. ``kind`` is page, document or href; ``words`` is what the reader clicks."""

    kind: str
    target: str
    words: str


def check(version: Page) -> list[str]:
    """One reason for each broken link, with its words and its target."""
    body = getattr(version, "body", None)
    if body is None:
        return []
    anchors = set(_anchors(body))
    links = list(dict.fromkeys(_links(body)))
    reasons = [
        _("链接“%(words)s”（%(target)s）%(problem)s") % {**_named(link), "problem": problem}
        for link in links
        if (problem := _problem(link, version, anchors))
    ]
    return [*reasons, *_empty_choices(body)]


def _named(link: Link) -> dict[str, str]:
    return {"words": link.words or _("（没有文字）"), "target": link.target}


def _links(body: Any) -> Iterator[Link]:
    for block in body:
        if block.block_type == "text":
            yield from links_in(block.value.source)


def _anchors(body: Any) -> Iterator[str]:
    for block in body:
        if block.block_type == "heading" and block.value["anchor"]:
            yield block.value["anchor"]


def _empty_choices(body: Any) -> Iterator[str]:
    """Files and filings that were chosen and are gone."""
    for block in body:
        if block.block_type == "attachments":
            for document in block.value["files"]:
                if document is None:
                    yield _("“附件”中有一份文件已被删除。请重新选择，或去掉这一项。")
                elif not document.file.storage.exists(document.file.name):
                    yield _("附件“%(title)s”的文件不在了。请重新上传。") % {"title": document.title}
        elif block.block_type in ("institutions", "matters"):
            if any(filing is None for filing in _chosen(block)):
                yield _("公告所列的评价机构中有一家已不在登记库。请重新选择，或去掉这一项。")


def _chosen(block: Any) -> list[Any]:
    if block.block_type == "institutions":
        return list(block.value["filings"])
    return [item["filing"] for item in block.value["matters"]]


class _Reader(HTMLParser):
    """Collects the links of rich text as it is stored."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Link] = []
        self._open: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            return
        values = dict(attrs)
        kind = values.get("linktype") or "href"
        target = values.get("id") if kind != "href" else values.get("href")
        self._open.append((kind, (target or "").strip(), []))

    def handle_data(self, data: str) -> None:
        for _kind, _target, words in self._open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open:
            kind, target, words = self._open.pop()
            self.found.append(Link(kind, target, " ".join("".join(words).split())[:60]))


def links_in(source: str) -> list[Link]:
    """The links of a rich text."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.found


def _problem(link: Link, version: Page, anchors: set[str]) -> str:
    if link.kind == "page":
        return _page_problem(link.target, version)
    if link.kind == "document":
        return _document_problem(link.target)
    if link.kind != "href":
        return _("的类型不认识。请删除后重新添加。")
    return _href_problem(link.target, anchors)


def _page_problem(key: str, version: Page) -> str:
    if key == str(version.pk):
        return ""
    pages = Page.objects.filter(pk=key) if key.isdigit() else Page.objects.none()
    if not pages.exists():
        return _("指向的页面已被删除。请重新选择。")
    return (
        ""
        if pages.live().public().exists()
        else _("指向的页面没有公开发布。请改为已发布的页面，或去掉链接。")
    )


def _document_problem(key: str) -> str:
    document = PortalDocument.objects.filter(pk=key).first() if key.isdigit() else None
    if document is None:
        return _("指向的文件已被删除。请重新选择。")
    there = document.file.storage.exists(document.file.name)
    return "" if there else _("指向的文件不在了。请重新上传。")


def _href_problem(address: str, anchors: set[str]) -> str:
    if not address:
        return _("没有网址。请填写，或去掉链接。")
    if address.startswith("#"):
        return "" if address[1:] in anchors else _("指向的小标题不存在。请核对小标题的“锚点”。")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return _("不是有效的网址。请核对。")
    if parts.scheme == "" and not address.startswith("//"):
        return (
            _site_problem(address)
            if address.startswith("/")
            else _("不是完整的网址。请以 https:// 或 / 开头。")
        )
    if parts.scheme in ("http", "https"):
        return _site_problem(address) if host in site_hosts() else _outside_problem(address)
    if parts.scheme == "mailto":
        return _mail_problem(parts.path)
    if parts.scheme == "tel" and _TELEPHONE.fullmatch(address):
        return ""
    return _("不是网页地址：只能使用 http 或 https。请更换，或去掉链接。")


def _outside_problem(address: str) -> str:
    try:
        _OUTSIDE(address)
    except ValidationError:
        return _("不是有效的网址。请核对。")
    return ""


def _mail_problem(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        return _("不是有效的电子邮箱。请核对。")
    return ""


def site_hosts() -> set[str]:
    """Host names under which this site is known."""
    hosts = set(Site.objects.values_list("hostname", flat=True))
    hosts.add(urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "")
    return hosts - {""}


def _site_problem(address: str) -> str:
    """Whether an address of this site leads to something public, without asking over the network."""
    missing = _("在本网站上不存在，或没有公开。请核对网址。")
    path = urlsplit(address).path or "/"
    if path.startswith("/admin/"):
        return _("指向工作台，公众打不开。请去掉链接。")
    try:
        match = resolve(path)
    except Resolver404:
        return missing
    name = match.view_name
    if name == "register:institution":
        return "" if Filing.objects.filter(code=match.kwargs["code"]).exists() else missing
    if name == "wagtaildocs_serve":
        document = PortalDocument.objects.filter(pk=match.args[0]).first()
        return "" if document is not None and is_public(document) else missing
    if name in ("wagtail_serve", "notices:notice"):
        return "" if _is_public_page(path) else missing
    return ""


def _is_public_page(path: str) -> bool:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return False
    request = RequestFactory().get(path)
    try:
        found: Any = site.root_page.specific.route(request, [part for part in path.split("/") if part])
    except Http404:
        return False
    page = found.page
    return "missing" not in found.kwargs and bool(page.live) and not page.get_view_restrictions().exists()
