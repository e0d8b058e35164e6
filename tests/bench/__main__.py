"""``python -m tests.bench [--quick]``: make a register in a private folder, measure, print the table.

Ends with 1 when a limit is missed; a ``--quick`` run only shows that everything can be measured.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Measure everything in one run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="small sizes, no verdict")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhiping-bench-") as folder:
        (Path(folder) / "static").mkdir()
        os.environ["PORTAL_DATA"] = folder
        os.environ["DATABASE_URL"] = ""
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
        sizes, rounds = ((40, 120), 3) if options.quick else ((1_000, 10_000), 40)
        return _run(sizes, rounds, quick=options.quick)


def _run(sizes: tuple[int, int], rounds: int, *, quick: bool) -> int:
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.core.management import call_command

    from tests.bench.generate import SCOPE_ROWS_EACH
    from tests.bench.report import Report, Row

    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=sys.stderr)
    from portal.notices.services.site_tree import ensure_site_tree
    from tests.bench import audit, pages, staff_lists
    from tests.bench.clock import granian

    ensure_site_tree()
    report = Report()
    medians = []
    for size in sizes:
        _prepare(size, quick)
        medians.append(pages.measure_directory(report, size, rounds))
    report.add(
        Row("directory page, larger against smaller, median", medians[1] / medians[0], "×", pages.FLAT)
    )
    pages.measure_institution(report, rounds)
    pages.measure_search(report, rounds)
    pages.measure_notice(report, rounds)
    with granian() as server:
        pages.measure_server(report, server, sizes[1], rounds)
        pages.measure_export(report, server, sizes[1] * SCOPE_ROWS_EACH)
    staff_lists.measure_staff_lists(report, 300 if quick else 100_000, 2 if quick else 12)
    audit.measure_audit(report, 2_000 if quick else 100_000, 2 if quick else 30)
    print(report.text())
    print(
        f"load of the machine (processes waiting, 1 min): {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )
    return 0 if quick or report.holds else 1


def _prepare(size: int, quick: bool) -> None:
    from django.core.management import call_command

    from search.models import SearchOutbox
    from tests.bench.generate import grow_register

    grow_register(size, quiet=quick)
    SearchOutbox.objects.all().delete()
    call_command("rebuild_search", verbosity=0 if quick else 1, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
