"""``manage.py run_worker``: the process behind the site."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.store import store, worker_lock
from search.worker import Worker

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run until SIGTERM or Ctrl-C."""

    help = "Index what changed, publish what is scheduled, renew what time has made wrong. One at a time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true", help="do what is due now and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the lock, then work."""
        here = store()
        lock = worker_lock(here.root)
        if not lock.acquire(timeout=2.0):
            raise CommandError(_("已有一个后台进程在使用索引文件夹 %(folder)s。") % {"folder": here.root})
        worker = Worker(here)
        try:
            if options["once"]:
                self.stdout.write(str(worker.run_once()))
                return
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_args: worker.stopping.set())
            logger.info("worker started")
            worker.run()
            logger.info("worker ended")
        finally:
            lock.release()
