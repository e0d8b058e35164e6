"""What must not stand in tracked files is found, and nothing of it stands there."""

from __future__ import annotations

import pytest

from infra.tracked_files import faults_in_text, find_faults, tracked_files


def test_tracked_files_are_clean() -> None:
    assert "Makefile" in tracked_files()
    assert [str(fault) for fault in find_faults()] == []


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/main",
        "cd /" + "root/.cache",
        "'/" + "home/someone/x'",
        "https://py" + "pi.org/simple",
        "TO" + "DO: finish",
        "<<<<<<" + "< HEAD",
    ],
)
def test_fault_is_found_on_its_line(text: str) -> None:
    faults = faults_in_text("docs/page.md", f"fine\n{text}\nfine\n")
    assert [(fault.path, fault.line) for fault in faults] == [("docs/page.md", 2)]


@pytest.mark.parametrize(
    "text", ["/works/", "a/root/b", "homework/x", "method", "xxx", "https://example.cn/home/"]
)
def test_ordinary_text_is_no_fault(text: str) -> None:
    assert faults_in_text("docs/page.md", text) == []


def test_long_source_is_a_fault_but_not_a_long_migration() -> None:
    text = "x = 1\n" * 401
    assert len(faults_in_text("portal/long.py", text)) == 1
    assert faults_in_text("portal/audit/migrations/0001_initial.py", text) == []
