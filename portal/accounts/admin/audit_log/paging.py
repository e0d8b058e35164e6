"""Pages of a log that may have millions of rows: counted only as far as anybody will leaf."""

from __future__ import annotations

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator

#: Rows that are counted and can be leafed through; the filters lead to the others.
FARTHEST = 10_000


class LogPaginator(WagtailPaginator):
    """Counts up to :data:`FARTHEST` rows."""

    @cached_property
    def _found(self) -> int:
        return int(self.object_list.order_by()[: FARTHEST + 1].count())

    @cached_property
    def count(self) -> int:
        """Rows that can be leafed through."""
        return min(self._found, FARTHEST)

    @cached_property
    def items_count_label(self) -> str:
        """How many there are, in words."""
        if self._found > FARTHEST:
            return _("超过 %s 条，请用筛选条件缩小范围") % f"{FARTHEST:,}"
        return _("共 %s 条") % f"{self._found:,}"
