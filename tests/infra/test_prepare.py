"""Set-up steps are skipped when done, run again when what they depend on changed or when interrupted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.prepare import Journal, Step, carry_out, digest, source_files


@pytest.fixture
def ran() -> list[str]:
    """Names of the steps that ran."""
    return []


@pytest.fixture
def step(ran: list[str]) -> Callable[..., Step]:
    """Make a step that notes its run."""

    def make(name: str, key: str = "1", *, is_there: bool = True) -> Step:
        return Step(name, name, key, lambda: ran.append(name), is_there=lambda: is_there)

    return make


def test_done_steps_are_skipped_also_by_a_later_run(
    tmp_path: Path, step: Callable[..., Step], ran: list[str]
) -> None:
    steps = [step("reference"), step("demo")]
    assert carry_out(steps, Journal(tmp_path / "setup.json")) == 2
    assert carry_out(steps, Journal(tmp_path / "setup.json")) == 0
    assert ran == ["reference", "demo"]


def test_changed_key_runs_that_step_again(tmp_path: Path, step: Callable[..., Step], ran: list[str]) -> None:
    path = tmp_path / "setup.json"
    carry_out([step("reference"), step("demo")], Journal(path))
    ran.clear()
    carry_out([step("reference", "2"), step("demo")], Journal(path))
    assert ran == ["reference"]


def test_result_that_is_gone_is_made_again(tmp_path: Path, step: Callable[..., Step], ran: list[str]) -> None:
    path = tmp_path / "setup.json"
    carry_out([step("search")], Journal(path))
    carry_out([step("search", is_there=False)], Journal(path))
    assert ran == ["search", "search"]


def test_interrupted_step_runs_again(tmp_path: Path, step: Callable[..., Step], ran: list[str]) -> None:
    path = tmp_path / "setup.json"
    carry_out([step("demo")], Journal(path))

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out([Step("demo", "demo", "2", interrupted)], Journal(path))
    # Back to the first key: what the interrupted run left behind is unknown, so it counts as not done.
    assert carry_out([step("demo")], Journal(path)) == 1


def test_damaged_journal_counts_as_nothing_done(
    tmp_path: Path, step: Callable[..., Step], ran: list[str]
) -> None:
    path = tmp_path / "setup.json"
    for damaged in ('{"demo": ', "[1, 2]", ""):
        path.write_text(damaged)
        carry_out([step("demo")], Journal(path))
    assert ran == ["demo"] * 3


def test_digest_depends_on_contents_and_ignores_compiled_files() -> None:
    files = source_files("portal/settings")
    assert files
    assert not [path for path in files if path.suffix == ".pyc"]
    assert digest(files) == digest(reversed(files))
    assert digest(files) != digest(files[1:])
    assert digest(files) != digest(files, "another database")
