"""Reading tables strictly: encodings, delimiters, workbooks, and everything that is refused."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, strategies as st

from portal.contracts.spreadsheet import with_guard, without_guard
from portal.register.tabular import limits, table
from portal.register.tabular.cells import CellError, format_fen, parse_day, parse_fen
from portal.register.tabular.problems import Problems, TableError
from portal.register.tabular.table import Columns, Row, read_table
from tests.factories.tables import write_xlsx

COLUMNS = Columns(required=["编码", "名称"], optional=["备注"], aliases={"代码": "编码"})
GOOD = "编码,名称,备注\r\n1,甲,\r\n\r\n2,“乙”，二,x\r\n"


def read(path: Path) -> tuple[list[Row], Problems]:
    problems = Problems()
    return list(read_table(path, COLUMNS, problems)), problems


def read_bytes(tmp_path: Path, data: bytes) -> tuple[list[Row], Problems]:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    return read(path)


def refusal(tmp_path: Path, data: bytes) -> str:
    with pytest.raises(TableError) as caught:
        read_bytes(tmp_path, data)
    return str(caught.value.problem)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "；"])
def test_encodings_and_delimiters_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows, problems = read_bytes(tmp_path, GOOD.replace(",", delimiter).encode(encoding))
    assert not problems
    assert [(row.number, row["编码"], row["名称"]) for row in rows] == [(2, "1", "甲"), (4, "2", "“乙”，二")]
    assert rows[1]["备注"] == "x"


def test_quoted_line_breaks_count_as_one_row_and_are_refused_in_cells(tmp_path: Path) -> None:
    rows, problems = read_bytes(tmp_path, '编码,名称\n1,"甲\n乙"\n2,丙\n'.encode())
    assert [row.number for row in rows] == [2, 3]
    assert str(problems.found[0]) == "第 2 行“名称”：单元格内有换行或制表符，请改为一行。"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "文件是空的"),
        ("编码,名称\n".encode(), "只有表头，没有数据"),
        (b"\n1,2\n", "第 1 行应是表头"),
        ("编码,编码,名称\n1,2,3\n".encode(), "表头重复：编码"),
        ("编码,代码,名称\n1,2,3\n".encode(), "表头重复：编码"),
        ("编码\n1\n".encode(), "缺少表头：名称"),
        ("编码,名称,星座\n1,2,3\n".encode(), "不认识的表头：星座"),
        ("编码,,名称\n1,2,3\n".encode(), "第 2 列没有表头"),
        ('编码,名称\n1,"甲\n2,乙\n'.encode(), "引号没有成对"),
        ("编码,名称\n1,甲\n".encode() + b"\xed\xa0\x80,2\n", "半个字符"),
        ("编码,名称\n1,甲\n".encode() + b"\xff\xfe\xff,2\n", "既不是 UTF-8 也不是 GB18030"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 .xls"),
        (b"PK\x03\x04" + b"\0" * 40, "无法打开这个 XLSX"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refusal(tmp_path, data)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"找不到文件 nichts\.csv"):
        read(tmp_path / "nichts.csv")


@pytest.mark.parametrize(
    ("cell", "words"),
    [("a\0b", "U+0000"), ("a\x1bb", "U+001B"), ("=1+1", "是公式"), ("x" * 4001, "超过 4000 个")],
)
def test_bad_cells_are_named_by_row_and_column(tmp_path: Path, cell: str, words: str) -> None:
    rows, problems = read_bytes(tmp_path, f"编码,名称\n1,甲\n2,{cell}\n".encode())
    assert len(rows) == 2
    assert (problems.found[0].row, problems.found[0].column) == (3, "名称")
    assert words in problems.found[0].message
    assert rows[1]["名称"] == ""


def test_cells_beyond_the_header_are_refused(tmp_path: Path) -> None:
    _rows, problems = read_bytes(tmp_path, "编码,名称\n1,甲,多\n2,乙,,\n".encode())
    assert [str(problem) for problem in problems.found] == [
        "第 2 行：内容多于表头的 2 列，请检查是否有多余的分隔符。"
    ]


def test_too_many_rows_or_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ROWS", 3)
    assert "超过 3 行" in refusal(tmp_path, ("编码,名称\n" + "1,甲\n" * 4).encode())
    monkeypatch.setattr(table, "MAX_BYTES", 10)
    assert "文件超过" in refusal(tmp_path, ("编码,名称\n" + "1,甲\n" * 4).encode())


def test_a_workbook_gives_texts_as_people_typed_them(tmp_path: Path) -> None:
    records: list[list[object]] = [
        ["编码", "名称", "备注"],
        [7, 0.1 + 0.2, True],
        [],
        [dt.date(2026, 1, 2), " 甲 ", None],
    ]
    rows, problems = read(write_xlsx(tmp_path / "t.xlsx", records))
    assert not problems
    assert [(row.number, *row.cells.values()) for row in rows] == [
        (2, "7", "0.3", "是"),
        (4, "2026-01-02", "甲"),
    ]


def test_formulas_long_numbers_and_error_values_are_named(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "t.xlsx",
        [["编码", "名称"], ["1", "=SUM(A1:A2)"], [500103195101010001, "甲"], ["3", "#REF!"]],
    )
    _rows, problems = read(path)
    found = {(problem.row, problem.column): problem.message for problem in problems.found}
    assert "是公式" in found[2, "名称"]
    assert "位数过长" in found[3, "编码"]
    assert "错误值" in found[4, "名称"]


def test_merged_cells_several_sheets_and_macros_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["编码", "名称"])
    sheet.append(["1", "甲"])
    sheet.merge_cells("A2:A3")
    book.save(path)
    with pytest.raises(TableError, match=r"合并单元格（A2:A3）"):
        read(path)
    sheet.unmerge_cells("A2:A3")
    book.create_sheet("空表")
    book.save(path)
    assert len(read(path)[0]) == 1
    hidden = book.create_sheet("清单")
    hidden.append(["选项"])
    hidden.sheet_state = "hidden"
    book.save(path)
    assert len(read(path)[0]) == 1
    book.create_sheet("第二张").append(["x"])
    book.save(path)
    with pytest.raises(TableError, match="多张有内容的工作表"):
        read(path)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
    with pytest.raises(TableError, match="含有宏"):
        read(path)


def test_a_bomb_a_declaration_and_a_foreign_package_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    sound = write_xlsx(tmp_path / "s.xlsx", [["编码", "名称"], ["1", "甲"]])
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            package.writestr(name, source.read(name))
        package.writestr("xl/media/zeros.bin", b"\0" * 20_000_000)
    with pytest.raises(TableError, match="解压后过大"):
        read(path)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("readme.txt", "x")
    with pytest.raises(TableError, match="不是 XLSX 工作簿"):
        read(path)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>')
    with pytest.raises(TableError, match="不允许的声明"):
        read(path)


@given(st.text(alphabet=st.sampled_from("=+-@'a甲 "), max_size=6))
def test_guarding_against_formulas_is_reversible(text: str) -> None:
    guarded = with_guard(text)
    assert without_guard(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    "text", ["2026-01-02", "2026/1/2", "2026年1月2日", "20260102", "２０２６-01-02", "2026.1.2"]
)
def test_days_are_read_in_the_usual_writings(text: str) -> None:
    assert parse_day(text) == dt.date(2026, 1, 2)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("305.00", 30500), ("0.1", 10), ("1,020", 102000), ("275元", 27500), ("", None), ("0", 0)],
)
def test_money_is_read_in_yuan(text: str, fen: int | None) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize("text", ["-1", "1.005", "NaN", "Infinity", "1e9", "三百", "100000.01"])
def test_money_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_fen(text)


@given(st.integers(min_value=0, max_value=10_000_000))
def test_money_written_is_read_again(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen


def test_the_screen_shows_fifty_problems_and_the_file_all(tmp_path: Path) -> None:
    problems = Problems()
    for row in range(80, 0, -1):
        problems.add(row, "编码", f"错{row}")
    lines = problems.lines()
    assert lines[0] == "第 1 行“编码”：错1"
    assert lines[-1] == "以上为前 50 处，共 80 处。"
    assert len(lines) == 51
    problems.write(tmp_path / "errors.csv")
    with (tmp_path / "errors.csv").open(encoding="utf-8-sig", newline="") as stream:
        written = list(csv.reader(stream))
    assert len(written) == 81
    assert written[1] == ["1", "编码", "错1"]
