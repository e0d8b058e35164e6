"""What the home page shows: figures of today, announcements, charts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from portal.notices.models import HomePage
from portal.notices.services.latest import latest_by_section, newest
from portal.register.services.figures import home_figures

#: Districts in the chart; the directory's facets have all of them.
CHARTED_DISTRICTS = 12
NEWEST = 6


def home_context(page: HomePage) -> dict[str, Any]:
    """Figures and charts for today in Shanghai, the newest notices and those of each section."""
    today = timezone.localdate()
    figures = home_figures(today)
    districts = [
        {"label": name, "value": count, "href": f"/institutions/?district={code}"}
        for name, code, count in figures["by_district"]
    ]
    kinds = [
        {"label": label, "value": count, "href": f"/institutions/?kind={value}"}
        for label, value, count in figures["by_kind"]
    ]
    return {
        "today": today,
        "figures": [
            ("家有效备案", figures["active"]),
            ("家整改中", figures["rectification"]),
            ("个职业可评", figures["occupations"]),
            ("个区县有备案机构", figures["districts"]),
        ],
        "district_rows": districts[:CHARTED_DISTRICTS],
        "more_districts": max(0, len(districts) - CHARTED_DISTRICTS),
        "district_largest": max((count for _name, _code, count in figures["by_district"]), default=0),
        "kind_rows": kinds,
        "kind_largest": max((count for _label, _value, count in figures["by_kind"]), default=0),
        "newest": newest(NEWEST),
        "sections": latest_by_section(),
        "searches": [word.strip() for word in page.common_searches.split("、") if word.strip()],
    }
