"""Files in the workplace: who gets them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from documents.access import require_readable


@hooks.register("before_serve_document")
def only_readable(document: Any, request: HttpRequest) -> None:
    """A file that is not public is not there for strangers."""
    require_readable(document, request)
