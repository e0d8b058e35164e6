"""A file of 100,000 rows: checked within a minute, in bounded memory, written at once or not at all."""

from __future__ import annotations

import csv
import os
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.register.models import Filing, FilingEvent, Institution, ScopeItem
from portal.register.services.import_institutions import import_institutions
from portal.register.services.importing import ImportOptions
from tests.factories.register import make_occupation, social_credit_code
from tests.factories.tables import institution_row, make_reference_rows

pytestmark = pytest.mark.django_db
OCCUPATIONS = 20
ROWS = 100_000
#: Written wholly only in the long version; the short one writes a tenth.
WRITTEN = 100_000 if os.environ.get("SOAK") else 10_000


def rows(number: int) -> Iterator[dict[str, str]]:
    """Rows of institutions with ``OCCUPATIONS`` rows each."""
    for index in range(number):
        filing, occupation = divmod(index, OCCUPATIONS)
        yield institution_row(
            机构名称=f"演示大型{filing}",
            统一社会信用代码=social_credit_code(filing),
            备案编码=f"S010350{filing:06d}",
            职业编码=f"6-50-00-{occupation:02d}",
            职业名称=f"演示工{occupation}",
            标准=f"演示工{occupation}",
        )


def write(path: Path, number: int, **last: str) -> Path:
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, list(institution_row()))
        writer.writeheader()
        for index, row in enumerate(rows(number)):
            writer.writerow(row | last if index == number - 1 else row)
    return path


@pytest.fixture(autouse=True)
def reference(db: None) -> None:
    make_reference_rows()
    for occupation in range(OCCUPATIONS):
        make_occupation(f"6-50-00-{occupation:02d}", f"演示工{occupation}", editions=["2018"])


def test_one_mistake_in_the_last_of_100_000_rows_is_found_in_time_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "in.csv", ROWS, 场地区县="渝申区", 等级="三级、九级")
    started = time.monotonic()
    with CaptureQueriesContext(connection) as context:
        report = import_institutions(path)
    assert time.monotonic() - started < 60
    assert report.rows == ROWS
    assert len(context) < 30
    found = {(problem.row, problem.column) for problem in report.problems.found}
    assert found == {(ROWS + 1, "场地区县"), (ROWS + 1, "等级")}
    assert not Filing.objects.exists()
    assert not Institution.objects.exists()
    assert not FilingEvent.objects.exists()


def test_a_large_file_is_checked_in_bounded_memory(tmp_path: Path) -> None:
    def peak(number: int) -> int:
        path = write(tmp_path / "in.csv", number)
        tracemalloc.start()
        try:
            assert not import_institutions(path, ImportOptions(dry_run=True)).problems
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # Far less than the rows themselves, whose cells would take some 3 kB each.
    assert peak(20_000) < 40_000_000


def test_a_large_file_is_written_in_time(tmp_path: Path) -> None:
    path = write(tmp_path / "in.csv", WRITTEN)
    started = time.monotonic()
    report = import_institutions(path)
    assert time.monotonic() - started < 60 * WRITTEN / 100_000 + 10
    assert [str(problem) for problem in report.problems.found[:3]] == []
    assert report.new == Filing.objects.count() == WRITTEN // OCCUPATIONS
    assert ScopeItem.objects.count() == WRITTEN * 3
    again = import_institutions(path)
    assert (again.new, again.changed, again.unchanged) == (0, 0, WRITTEN // OCCUPATIONS)
