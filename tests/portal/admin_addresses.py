"""Every address below ``/admin/``, read from the URL table: what is added later is tested without being named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

OURS = ("portal", "documents", "search", "complaints")


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: ``route`` with its parameters as ``<type:name>``, and whether the code behind it is ours."""

    route: str
    name: str
    parameters: tuple[str, ...]
    ours: bool

    def filled(self, **values: object) -> str:
        """The path with every parameter filled in; those not given get ``1``."""
        path = self.route
        for parameter in self.parameters:
            start = path.index("<")
            end = path.index(">", start) + 1
            path = path[:start] + str(values.get(parameter, 1)) + path[end:]
        return path


def admin_addresses() -> list[Address]:
    """All patterns below ``/admin/`` whose route can be written as a path."""
    return [address for address in _walk(get_resolver(), "/") if address.route.startswith("/admin/")]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern.pattern, RegexPattern):
            route = _plain(pattern.pattern.regex.pattern)
        elif isinstance(pattern.pattern, RoutePattern):
            route = str(pattern.pattern)
        else:
            continue
        if route is None:
            continue
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, prefix + route)
        elif isinstance(pattern, URLPattern):
            path = prefix + route
            parameters = tuple(part.split(">")[0].split(":")[-1] for part in path.split("<")[1:])
            yield Address(path, pattern.name or "", parameters, _is_ours(pattern))


def _plain(regex: str) -> str | None:
    """A pattern without any operator as a plain text; None for one that has some."""
    text = regex.removeprefix("^").removesuffix("$").removesuffix(r"\Z").replace("\\", "")
    return None if any(sign in text for sign in "()[]*+?|") else text


def _is_ours(pattern: URLPattern) -> bool:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    modules = [getattr(view, "__module__", "")]
    model = getattr(pattern.callback, "view_initkwargs", {}).get("model") or getattr(view, "model", None)
    if isinstance(model, type):
        modules.append(model.__module__)
    return any(module.split(".")[0] in OURS for module in modules)
