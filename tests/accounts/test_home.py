"""The staff's home: ordered by what follows, one next action a row, nothing lost when a source breaks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import Absence, Role, User
from portal.accounts.services.agenda import agenda_of, days_in_words
from portal.accounts.services.grants import enter_absence
from portal.contracts import duties as contract
from portal.contracts.duties import Consequence, Duties, Duty, DutySource, register_source
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
ONE_DAY = dt.timedelta(days=1)
Source = Callable[..., None]


def duty(what: str, consequence: Consequence, due: dt.date | None = None) -> Duty:
    return Duty(what, what, consequence, "去办理", f"/admin/{what}/", why="不办会怎样（第十条）。", due=due)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """Register a source of the test; only such sources are there."""
    monkeypatch.setattr(contract, "_sources", {})

    def register(name: str, *items: Duty, total: int | None = None, next_day: dt.date | None = None) -> None:
        def find(user: Any, day: dt.date, limit: int) -> Duties:
            count = len(items) if total is None else total
            return Duties(items[:limit], count, url="", next_day=next_day)

        register_source(DutySource(name, f"来源{name}", find))

    return register


@pytest.fixture
def officer() -> User:
    return make_person("officer", Role.CASE_OFFICER, first_name="张三")


def text_of(client: Client, url: str = "/admin/") -> str:
    response = client.get(url)
    assert response.status_code == 200
    main = response.content.decode().split('id="main"')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_what_takes_effect_by_itself_comes_first_and_each_row_has_one_action(
    source: Source, officer: User, client: Client
) -> None:
    today = timezone.localdate()
    source(
        "甲",
        duty("等待的", Consequence.WAITING),
        duty("到期的", Consequence.DUE, today + 3 * ONE_DAY),
        duty("逾期的", Consequence.OVERDUE, today - 2 * ONE_DAY),
    )
    source(
        "乙",
        duty("后生效的", Consequence.TAKES_EFFECT, today + ONE_DAY),
        duty("先生效的", Consequence.TAKES_EFFECT, today),
    )
    client.force_login(officer)
    response = client.get("/admin/")
    html = response.content.decode()
    names = re.findall(r'class="duty-what">([^<]+)<', html)
    assert names == ["先生效的", "后生效的", "逾期的", "到期的", "等待的"]
    headings = re.findall(r'id="duties-([a-z-]+)">', html)
    assert headings == ["takes-effect", "overdue", "due", "waiting"]
    assert [words in text_of(client) for words in ("今天到期", "明天到期", "已逾期2天", "还有3天")] == [
        True
    ] * 4
    assert f'<time datetime="{today.isoformat()}">{today.year}年{today.month}月{today.day}日（周' in html
    for name in names:
        assert len(re.findall(rf'href="/admin/{name}/"', html)) == 1
        assert f'aria-label="去办理：{name}"' in html


def test_five_of_a_source_with_a_way_to_the_rest_and_the_whole_list_is_paged(
    source: Source, officer: User, client: Client
) -> None:
    today = timezone.localdate()
    source(
        "多", *[duty(f"第{n:02d}件", Consequence.DUE, today + n * ONE_DAY) for n in range(1, 61)], total=60
    )
    source("少", duty("另一件", Consequence.OVERDUE, today - ONE_DAY))
    client.force_login(officer)
    home = client.get("/admin/").content.decode()
    assert len(re.findall("duty-what", home)) == 6
    assert 'href="/admin/duties/?source=%E5%A4%9A"' in home or 'href="/admin/duties/?source=多"' in home
    assert "全部 60 项" in home
    whole = client.get("/admin/duties/")
    assert re.findall(r'class="duty-what">([^<]+)<', whole.content.decode())[:2] == ["另一件", "第01件"]
    second = client.get("/admin/duties/", {"source": "多", "p": "3"}).content.decode()
    assert re.findall(r'class="duty-what">([^<]+)<', second) == [f"第{n}件" for n in range(51, 61)]
    # Past the end, and no number at all.
    assert "第60件" in client.get("/admin/duties/", {"source": "多", "p": "99"}).content.decode()
    assert "另一件" in client.get("/admin/duties/", {"p": "二"}).content.decode()
    assert client.get("/admin/duties/", {"source": "无"}).status_code == 404


def test_an_empty_home_says_when_something_comes(source: Source, officer: User, client: Client) -> None:
    source("甲", next_day=dt.date(2026, 12, 9))
    source("乙", next_day=dt.date(2026, 12, 1))
    client.force_login(officer)
    assert "今天没有待办。 下一项预计在 2026年12月1日（周二） 到来" in text_of(client)
    source("甲")
    source("乙")
    assert "目前没有已知的下一项" in text_of(client)


def test_a_source_that_breaks_hides_nothing_else(source: Source, officer: User, client: Client) -> None:
    source("好", duty("看得见", Consequence.WAITING))

    def broken(user: Any, day: dt.date, limit: int) -> Duties:
        raise RuntimeError("坏了")

    register_source(DutySource("bad", "坏来源", broken))
    client.force_login(officer)
    text = text_of(client)
    assert "看得见" in text
    assert "“坏来源”暂时读不出来" in text


def test_who_stands_in_for_whom_is_said_to_both(source: Source, officer: User, client: Client) -> None:
    other = make_person("other", Role.EDITOR, first_name="李四")
    today = timezone.localdate()
    enter_absence(officer, other, today, dt.date(today.year + 1, 11, 30), reason="休假")
    roles: list[frozenset[Role]] = []

    def find(user: Any, day: dt.date, limit: int) -> Duties:
        from portal.accounts.standing import standing_of

        roles.append(standing_of(user).roles)
        return Duties()

    register_source(DutySource("roles", "角色", find))
    client.force_login(User.objects.get(pk=other.pk))
    assert "您今天替 张三（至11月30日）办理" in text_of(client)
    # Sources are asked with the absent person's roles too.
    assert roles[-1] == {Role.EDITOR, Role.CASE_OFFICER}
    client.force_login(officer)
    assert "由 李四 替您办理" in text_of(client)
    Absence.objects.update(cancelled_at=timezone.now())
    assert "替您办理" not in text_of(client)


def test_the_number_of_queries_does_not_follow_the_number_of_duties(
    source: Source, officer: User, client: Client
) -> None:
    client.force_login(officer)
    counts = []
    for number in (1, 40):
        source("甲", *[duty(f"第{n}件", Consequence.WAITING) for n in range(number)])
        client.get("/admin/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/admin/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "已逾期1天"), (0, "今天到期"), (1, "明天到期"), (2, "还有2天")]
)
def test_days_in_words(days: int, words: str) -> None:
    day = dt.date(2026, 11, 22)
    assert days_in_words(day + days * ONE_DAY, day) == words


def test_urgent_is_what_takes_effect_or_is_overdue(source: Source, officer: User) -> None:
    source("甲", *[duty(kind.name, kind) for kind in Consequence])
    urgent = agenda_of(officer, timezone.localdate(), per_source=9).urgent()
    assert [row.duty.what for row in urgent.rows] == ["TAKES_EFFECT", "OVERDUE"]
    assert urgent.total == 2


def test_with_every_source_of_the_program_nothing_is_unreadable_and_queries_stay_few(client: Client) -> None:
    for number, role in enumerate(Role):
        client.force_login(make_person(f"everyone{number}", role))
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            assert "暂时读不出来" not in text_of(client)
        assert len(queries) <= 45, role
