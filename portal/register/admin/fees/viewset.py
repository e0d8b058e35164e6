"""“收费标准” in the menu of the workplace."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import URLPattern, path

from portal.register.admin.fees.lists import FeeIndexView, MissingIndexView
from portal.register.admin.fees.pages import AnnulView, CorrectView, PublishView, ScheduleView
from portal.register.admin.lists import RegisterViewSet
from portal.register.models import FeeSchedule, Filing


class FeeViewSet(RegisterViewSet):
    """收费标准."""

    model = FeeSchedule
    name = "register_fees"
    url_prefix = "register/fees"
    icon = "tag"
    index_view_class = FeeIndexView

    def pages(self) -> Iterable[URLPattern]:
        """The schedule, publishing, and the filings that lack one."""
        missing = {
            "model": Filing,
            "header_icon": self.icon,
            "index_url_name": self.get_url_name("missing"),
            "index_results_url_name": self.get_url_name("missing_results"),
        }
        return (
            path("<int:schedule>/", ScheduleView.as_view(), name="page"),
            path("<int:schedule>/correct/", CorrectView.as_view(), name="correct"),
            path("<int:schedule>/annul/", AnnulView.as_view(), name="annul"),
            path("publish/<int:filing>/", PublishView.as_view(), name="publish"),
            path("missing/", MissingIndexView.as_view(**missing), name="missing"),
            path(
                "missing/results/",
                MissingIndexView.as_view(**missing, results_only=True),
                name="missing_results",
            ),
        )
