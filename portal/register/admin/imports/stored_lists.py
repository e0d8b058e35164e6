"""Pages of the lists that lie beside an uploaded file: only the lines of a page are read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any, overload

from django.core.paginator import Page
from wagtail.admin.paginator import WagtailPaginator

from portal.register.services.import_files import read_lines

PER_PAGE = 50


class StoredLines(Sequence[Any]):
    """The values of a file, of which there are ``count``."""

    def __init__(self, path: Path, count: int) -> None:
        self.path = path
        self.total = count

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, key: int) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Any]: ...
    def __getitem__(self, key: int | slice) -> Any:
        if isinstance(key, int):
            return next(islice(read_lines(self.path, key, 1), 1))
        start, stop, _step = key.indices(self.total)
        return list(read_lines(self.path, start, stop - start))


def page_of(path: Path, count: int, number: object) -> Page[Any]:
    """A page, the nearest one for a number that does not exist."""
    return WagtailPaginator(StoredLines(path, count), PER_PAGE).get_page(number)  # type: ignore[no-any-return]
