"""``manage.py explain_deadline``."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from portal.register.management.commands import explain_deadline
from portal.register.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("explain_deadline", *arguments, stdout=out)
    return out.getvalue()


def test_the_spring_festival_in_words() -> None:
    text = run("acceptance", "2026-02-13")
    assert text.startswith("受理审核期限：2026年2月27日（周五）。")
    assert "2026年2月23日（周一）春节放假" in text
    assert "2026年2月14日（周六）春节调休上班" in text


@pytest.mark.parametrize(
    ("rule", "start", "due", "provisional", "article"),
    [
        ("acceptance", "2026-02-13", "2026-02-27", False, "第十条"),
        ("acceptance", "2026-09-30", "2026-10-13", False, "第十条"),
        ("acceptance", "2026-12-30", "2027-01-07", True, "第十条"),
        ("correction", "2026-09-02", "2026-10-08", False, "第十条"),
        ("decision", "2026-03-01", "2026-05-30", False, "第十一条"),
        ("expiry", "2024-02-29", "2027-02-28", False, "第十四条"),
        ("renewal", "2024-02-29", "2027-01-29", False, "第十四条"),
        ("announcement", "2026-09-30", "2026-10-09", False, "第三十条"),
    ],
)
def test_json(rule: str, start: str, due: str, provisional: bool, article: str) -> None:
    data = json.loads(run(rule, start, "--json"))
    assert (data["due"], data["provisional"], data["article"]) == (due, provisional, article)
    assert isinstance(data["skipped"], list)
    assert data["start"] == start


def test_a_year_that_staff_published_is_final() -> None:
    year = CalendarYear.objects.create(year=2027)
    CalendarDay.objects.create(year=year, date=date(2027, 1, 1), kind=CalendarDay.Kind.OFF, name="元旦")
    CalendarDay.objects.create(year=year, date=date(2027, 1, 3), kind=CalendarDay.Kind.WORK, name="元旦")
    data = json.loads(run("acceptance", "2026-12-30", "--json"))
    assert (data["due"], data["provisional"]) == ("2027-01-06", False)
    assert data["make_up_days"] == [{"date": "2027-01-03", "reason": "元旦调休上班"}]


@pytest.mark.parametrize(
    ("rule", "start", "message"),
    [
        ("receipt", "2026-02-13", "可用的有：acceptance、correction"),
        ("acceptance", "2026-02-30", "不是存在的日期"),
        ("acceptance", "13.2.2026", "请写成 2026-02-13 的样子"),
        ("acceptance", "20260213", "请写成 2026-02-13 的样子"),
        ("acceptance", "", "请写成 2026-02-13 的样子"),
        ("acceptance", "9999-12-31", "1949 至 9900"),
        ("decision", "0001-01-01", "1949 至 9900"),
    ],
)
def test_bad_input_is_explained(rule: str, start: str, message: str) -> None:
    with pytest.raises(CommandError, match=message) as caught:
        run(rule, start)
    assert caught.value.returncode == 1


def test_without_a_database_the_shipped_calendar_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable() -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr(explain_deadline, "current_calendar", unavailable)
    out, err = StringIO(), StringIO()
    call_command("explain_deadline", "acceptance", "2026-02-13", stdout=out, stderr=err)
    assert "2026年2月27日" in out.getvalue()
    assert "数据库尚未就绪" in err.getvalue()
