"""The port that the portal listens on."""

from __future__ import annotations

import os
import socket

from infra.console import fail

HOST = "127.0.0.1"
DEFAULT_PORT = 8000


def port_from_environment() -> int:
    """Return ``PORT`` (default 8000), or end with one sentence when it is no port number."""
    text = os.environ.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        fail(f"PORT={text} 不是有效端口，请给出 1 至 65535 的整数。(PORT must be a number from 1 to 65535.)")
    return int(text)


def is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a connection of an earlier run that is still closing is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def require_free(port: int) -> None:
    """End with one sentence when ``port`` cannot be used."""
    if not is_free(port):
        fail(
            f"端口 {port} 已被占用或无权使用，请结束占用它的程序，或换一个：make run PORT={port % 65535 + 1}。"
            f"(Port {port} is in use.)"
        )


def unused_port() -> int:
    """Return a loopback port that nothing listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
