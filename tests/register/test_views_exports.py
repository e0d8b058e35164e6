"""Downloads: the rows of the page, sent while they are read, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from portal.register.models import Filing
from portal.register.views import exports, scope_export
from portal.register.views.csv_download import csv_download
from tests.factories.register import (
    event,
    make_fees,
    make_filing,
    make_institution,
    make_levels,
    make_occupation,
    scope_item,
)

ELECTRICIAN = "6-31-01-03"


@pytest.fixture
def on_the_day() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC), tick=False):
        yield


needs_register = [pytest.mark.django_db, pytest.mark.usefixtures("database_directory", "on_the_day")]


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.streaming
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def register() -> list[Filing]:
    make_levels()
    make_occupation(ELECTRICIAN, "电工", editions=["2018"])
    make_occupation("4-10-01-02", "育婴员")
    first = make_filing(
        make_institution("演示甲"),
        scope=[scope_item(ELECTRICIAN, "5", standard="电工", edition="2018"), scope_item("4-10-01-02", "4")],
    )
    make_fees(first, {(ELECTRICIAN, "5"): 30500}, basis="演示依据")
    second = make_filing(
        make_institution("演示乙"), kind="employer", events=[event("deregistered", dt.date(2026, 11, 1))]
    )
    later = make_filing(make_institution("演示丙"), filed_on=dt.date(2026, 12, 1))
    return [first, second, later]


class TestInstitutions:
    pytestmark = needs_register

    def test_one_row_a_scope_item_with_its_filing(self, client: Client) -> None:
        first, second, _later = register()
        rows = rows_of(client, "/institutions/export.csv")
        assert [(row["备案编码"], row["职业"], row["等级"]) for row in rows] == [
            (first.code, "育婴员", "四级/中级工"),
            (first.code, "电工", "五级/初级工"),
            (second.code, "电工", "三级/高级工"),
        ]
        electrician = rows[1]
        assert electrician["机构名称"] == "演示甲"
        assert electrician["状态"] == "有效"
        assert electrician["评价对象"] == "社会人员"
        assert electrician["有效期末日"] == "2028-03-02"
        assert electrician["版本"] == "2018"
        assert electrician["收费合计（元）"] == "305.00"
        assert electrician["收费依据"] == "演示依据"
        assert rows[0]["收费合计（元）"] == ""
        assert rows[2]["状态"] == "已注销"

    def test_the_choices_of_the_page_narrow_the_download(self, client: Client) -> None:
        first, second, _later = register()
        assert [
            row["备案编码"] for row in rows_of(client, "/institutions/export.csv?status=deregistered")
        ] == [second.code]
        rows = rows_of(client, f"/institutions/export.csv?occupation={ELECTRICIAN}&level=5")
        assert [(row["备案编码"], row["等级代码"]) for row in rows] == [(first.code, "5")]
        assert rows_of(client, "/institutions/export.csv?q=没有这家") == []

    def test_a_search_sends_every_match_whatever_the_page_size(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "MOST_MATCHES", 3)
        monkeypatch.setattr(scope_export, "FILINGS_AT_ONCE", 2)
        monkeypatch.setattr(exports, "FILINGS_AT_ONCE", 2)
        codes = {make_filing().code for _ in range(8)}
        found = [row["备案编码"] for row in rows_of(client, "/institutions/export.csv?level=3")]
        assert len(found) == 8
        assert set(found) == codes
        assert {row["备案编码"] for row in rows_of(client, "/institutions/export.csv")} == codes

    def test_the_header_goes_out_before_any_row_is_read(self, client: Client) -> None:
        response = client.get("/institutions/export.csv")
        first = next(iter(response))
        assert first.decode().startswith("\ufeff备案编码,")
        assert first.count(b"\n") == 1
        assert "attachment" in response["Content-Disposition"]

    def test_a_name_that_looks_like_a_formula_is_made_inert(self, client: Client) -> None:
        make_filing(make_institution("=HYPERLINK(1)"))
        assert rows_of(client, "/institutions/export.csv")[0]["机构名称"] == "'=HYPERLINK(1)"


class TestFees:
    pytestmark = needs_register

    def test_published_and_missing_fees(self, client: Client) -> None:
        first, _second, _later = register()
        rows = rows_of(client, "/fees/export.csv")
        assert [(row["职业（工种）"], row["合计（元）"], row["说明"]) for row in rows] == [
            ("育婴员", "", "尚未公布（第十八条应公示）"),
            ("电工", "305.00", ""),
        ]
        assert {row["备案编码"] for row in rows} == {first.code}

    def test_the_question_narrows_the_download_and_batches_join(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "FEE_ROWS_AT_ONCE", 2)
        for fen in (500, 100, 300, 200, 400):
            make_fees(make_filing(), {(ELECTRICIAN, "3"): fen})
        rows = rows_of(client, f"/fees/export.csv?occupation={ELECTRICIAN}&level=3")
        assert [row["合计（元）"] for row in rows] == ["1.00", "2.00", "3.00", "4.00", "5.00"]
        assert rows_of(client, "/fees/export.csv?level=5") == []


def test_rows_are_read_as_they_are_sent() -> None:
    read: list[int] = []

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(20_000):
            read.append(number)
            yield (number, None)

    pieces = iter(csv_download("x.csv", ("编号", "空"), rows()))
    next(pieces)
    assert read == []
    assert next(pieces).startswith(b"0,\r\n1,\r\n")
    assert 0 < len(read) < 20_000
