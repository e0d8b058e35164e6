"""``make run``: from a bare checkout to a serving portal.

Standard library only. Looks at the port first, so that nothing is installed or started in vain; then
installs the requirements and hands over to the supervisor inside the virtual environment.
"""

from __future__ import annotations

import os
import sys

from infra import bootstrap, ports
from infra.console import fail, prepare_streams


def main() -> None:
    """Check the port, install what is missing, become the supervisor."""
    prepare_streams()
    ports.require_free(ports.port_from_environment())
    try:
        python = str(bootstrap.ensure("base"))
    except KeyboardInterrupt:
        fail("已中断；重新运行会从中断处继续。(Interrupted: run it again to go on.)")
    os.chdir(bootstrap.ROOT)
    sys.stdout.flush()
    os.execv(python, [python, "-m", "infra.supervisor"])


if __name__ == "__main__":
    main()
