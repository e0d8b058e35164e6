"""Whole pages, kept in the process and served again while nothing has changed.

A page is kept for anonymous readers only and under everything it depends on: host, address with its query,
large-text mode, the day in Shanghai and the content stamp (one small query a request), so a published change
shows at the next request in every process. Headers that belong to one answer (content policy, request
identifier) are added by the middleware outside this one, to kept pages as to new ones.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe

from portal.notices.context import STAMP_ATTRIBUTE
from portal.notices.services.stamps import read_stamp
from portal.views.preferences import LARGE_TEXT_COOKIE

#: Bytes of all kept pages of a process together.
MAX_BYTES = 48 * 1024 * 1024
MAX_PAGE_BYTES = 1024 * 1024
MAX_ADDRESS_CHARACTERS = 2000
#: Answers of these depend on more than the stamp: accounts, preferences, the search index, health.
EXCLUDED_PREFIXES = (
    "/admin/", "/documents/", "/search/", "/preferences/", "/media/", "/static/", "/healthz", "/readyz", "/metrics",
)  # fmt: skip
#: The directory is answered from the search index, which follows a change a moment later.
EXCLUDED_PATHS = frozenset({"/institutions/"})
KEPT_TYPES = ("text/html", "application/atom+xml", "application/xml", "text/plain")
#: Headers of an answer that belong to the page itself; all others are added anew each time.
KEPT_HEADERS = ("Content-Type", "Content-Language", "ETag", "Last-Modified", "Link", "X-Robots-Tag")
SKIP_ATTRIBUTE = "skip_page_cache"


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it goes out again."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    last_modified: int | None


class PageStore:
    """The pages of one process, the least used ones dropped first, never more than ``limit`` bytes."""

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self.limit = limit
        self.size = 0
        self._pages: OrderedDict[tuple[str, ...], KeptPage] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, ...]) -> KeptPage | None:
        """A kept page, which becomes the most recently used one."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, ...], page: KeptPage) -> None:
        """Keep a page, making room for it."""
        cost = self._cost(key, page)
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self.size += cost
            while self.size > self.limit and self._pages:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()
            self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def _drop(self, key: tuple[str, ...]) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.size -= self._cost(key, page)

    @staticmethod
    def _cost(key: tuple[str, ...], page: KeptPage) -> int:
        return len(page.body) + sum(len(part) for part in key) + 1000


store = PageStore()


class PageCacheMiddleware:
    """Serve kept pages, and keep those that may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not may_ask(request):
            return self.get_response(request)
        stamp = read_stamp()
        setattr(request, STAMP_ATTRIBUTE, stamp)
        key = key_of(request, stamp)
        page = store.get(key)
        if page is not None:
            return answer_with(request, page)
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not may_keep(request, response):
            return response
        page = kept_from(response)
        store.put(key, page)
        return answer_with(request, page)


def may_ask(request: HttpRequest) -> bool:
    """Whether the request is one that a kept page can answer: a reader without an account."""
    if request.method != "GET" or "HTTP_AUTHORIZATION" in request.META:
        return False
    if len(request.path) + len(request.META.get("QUERY_STRING", "")) > MAX_ADDRESS_CHARACTERS:
        return False
    if request.path in EXCLUDED_PATHS or request.path.startswith(EXCLUDED_PREFIXES):
        return False
    cookies = request.COOKIES
    return settings.SESSION_COOKIE_NAME not in cookies and "messages" not in cookies


def key_of(request: HttpRequest, stamp: str) -> tuple[str, ...]:
    """Everything that the page depends on."""
    query = request.META.get("QUERY_STRING", "")
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        # Order between different names does not matter, order among equal names may.
        query = urlencode(sorted(pairs, key=lambda pair: pair[0]))
    return (
        stamp,
        timezone.localdate().isoformat(),
        f"{request.scheme}://{request.get_host()}",
        request.path,
        query,
        "large" if request.COOKIES.get(LARGE_TEXT_COOKIE) == "1" else "",
    )


def may_keep(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is the same for every reader without an account."""
    if response.status_code != 200:
        return False
    if response.cookies or response.has_header("Set-Cookie") or "CSRF_COOKIE_NEEDS_UPDATE" in request.META:
        return False
    if getattr(response, SKIP_ATTRIBUTE, False) or getattr(request, "is_preview", False):
        return False
    if any(name.startswith("_csp") for name in vars(response)):
        return False
    control = response.get("Cache-Control", "")
    if any(word in control for word in ("no-store", "private", "no-cache", "max-age=0")):
        return False
    content_type = response.get("Content-Type", "").partition(";")[0]
    return content_type in KEPT_TYPES and len(response.content) <= MAX_PAGE_BYTES


def kept_from(response: HttpResponse) -> KeptPage:
    """What of an answer is kept."""
    body = response.content
    etag = response.get("ETag") or f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    headers["ETag"] = etag
    changed = response.get("Last-Modified")
    return KeptPage(body, tuple(headers.items()), etag, parse_http_date_safe(changed) if changed else None)


def answer_with(request: HttpRequest, page: KeptPage) -> HttpResponseBase:
    """An answer from a kept page, or 304 when the reader has it already."""
    response = HttpResponse(page.body)
    for name, value in page.headers:
        response.headers[name] = value
    patch_vary_headers(response, ["Cookie"])
    # Browsers and proxies may keep it but must ask each time: a correction has to show at once.
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    answer = get_conditional_response(
        request, etag=page.etag, last_modified=page.last_modified, response=response
    )
    return answer if answer is not None else response
