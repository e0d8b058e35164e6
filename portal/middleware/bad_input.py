"""Requests that no page can mean: answered with 400 and a sentence, before anything else sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.views.errors import plain_bad_request

#: Characters allowed in the path and in the query string, each after decoding.
MAX_CHARACTERS = 2000
#: Paths whose own screens send long lists of identifiers (bulk actions of the editors' workplace).
UNLIMITED_PREFIXES = ("/admin/",)
#: A byte that Django could not decode in a path and left percent-encoded.
BROKEN_BYTE = re.compile("%[89A-Fa-f][0-9A-Fa-f]")
NULL_BYTE = _("网址中含有空字符。请去掉看不见的字符，重新输入。")
TOO_LONG = _("网址或查询内容超过2000个字符。请缩短查询词，或减少筛选条件。")
NOT_UTF8 = _("网址中的文字不是有效的 UTF-8 编码。请在搜索框中重新输入，不要粘贴旧的链接。")


class BadInputMiddleware:
    """Refuse null bytes, invalid UTF-8 (half surrogates included) and over-long paths or query strings.

    Databases and the search index reject such text with errors of their own, each in another place;
    refusing it once at the door gives one clear answer and never a 500.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        problem = find_problem(request.path_info, request.META.get("QUERY_STRING", ""))
        if problem is not None:
            return plain_bad_request(str(problem))
        return self.get_response(request)


def find_problem(path: str, query_string: str) -> Promise | str | None:
    """Return what is wrong with a request line in words for its reader, or None.

    Args:
        path: the path as Django decoded it; it leaves bytes that are no UTF-8 percent-encoded.
        query_string: the query string as sent, still percent-encoded.
    """
    limited = not path.startswith(UNLIMITED_PREFIXES)
    if BROKEN_BYTE.search(path):
        return NOT_UTF8
    return _problem_in(path.encode("utf-8", "surrogatepass"), limited=limited) or _problem_in(
        unquote_to_bytes(_as_bytes(query_string)), limited=limited
    )


def _as_bytes(text: str) -> bytes:
    """Return the bytes behind a WSGI string; characters beyond Latin-1 come from servers that decoded it."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _problem_in(raw: bytes, *, limited: bool) -> Promise | str | None:
    if b"\0" in raw:
        return NULL_BYTE
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return NOT_UTF8
    if limited and len(text) > MAX_CHARACTERS:
        return TOO_LONG
    return None
