"""The embedded index's schema, and how an entry becomes a document.

Raise :data:`SCHEMA_VERSION` with every change here: an index of another version is not opened but rebuilt.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
from dataclasses import replace

import tantivy

from portal.contracts.searchable import FilingFacets, SearchEntry
from search.engine import Hit, Key
from search.grams import code_tokens, pair_field, single_field, substring_pairs
from search.normalise import compact, normalise

SCHEMA_VERSION = 1

#: Facet of the directory → field that holds its values.
FACET_FIELDS = {
    "district": "d_district",
    "status": "d_status",
    "kind": "d_kind",
    "audience": "d_audience",
    "level": "d_level",
    "occupation": "d_occupation",
}
#: ``occupation|levels``: one token for an occupation (or work type) with all its levels in this filing, so that
#: counting the tokens counts filings whichever levels are chosen.
OCCUPATION_LEVELS = "d_occupation_levels"
#: ``occupation|level``: both on the same scope item.
OCCUPATION_LEVEL = "d_occupation_level"
SORT_FIELDS = {
    "relevance": "d_sort_rank",
    "name": "d_sort_name",
    "filed": "d_sort_filed",
    "expiry": "d_sort_expiry",
}
STATUS_RANK = {"active": 0, "rectification": 1, "renewal_pending": 2, "expired": 3, "deregistered": 4}
_LAST_RANK = 9
_FAR_DAY = dt.date.max.toordinal()


@functools.cache
def schema() -> tantivy.Schema:
    """The schema. Text comes cut up by :mod:`search.grams`, so the index itself only splits at spaces."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("payload", stored=True)
    for name in ("access", "status", "code", "code_prefix"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("pk", fast=True)
    builder.add_integer_field("date", fast=True, indexed=True)
    builder.add_integer_field("stale_on", fast=True, indexed=True)
    for name in ("text", "title", "names", "d_pairs"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("text_single", "title_single", "d_single"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in (*FACET_FIELDS.values(), OCCUPATION_LEVELS, *SORT_FIELDS.values()):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(OCCUPATION_LEVEL, tokenizer_name="raw", index_option="basic")
    return builder.build()


def document_of(entry: SearchEntry) -> tantivy.Document:
    """Return the document of an entry."""
    document = tantivy.Document()
    document.add_text("id", str(Key(entry.kind, entry.pk)))
    document.add_bytes("payload", _payload(entry).encode())
    document.add_text("kind", entry.kind)
    document.add_integer("pk", entry.pk)
    document.add_text("access", entry.access)
    if entry.status:
        document.add_text("status", entry.status)
    if entry.date is not None:
        document.add_integer("date", entry.date.toordinal())
    _add_texts(document, entry)
    _add_codes(document, entry)
    if entry.filing is not None:
        _add_filing(document, entry, entry.filing)
    return document


def _add_texts(document: tantivy.Document, entry: SearchEntry) -> None:
    title = normalise(entry.title)
    names = [normalise(name) for name in entry.names]
    codes = [normalise(code) for code in entry.codes]
    whole = [title, *names, *codes, normalise(entry.section), normalise(entry.body)]
    for text in filter(None, whole):
        document.add_text("text", pair_field(text))
    document.add_text("text_single", single_field("".join(whole)))
    document.add_text("title", pair_field(title))
    document.add_text("title_single", single_field(title))
    for name in filter(None, names):
        document.add_text("names", pair_field(name))


def _add_codes(document: tantivy.Document, entry: SearchEntry) -> None:
    tokens: dict[str, None] = {}
    for code in entry.codes:
        if packed := compact(code):
            document.add_text("code", packed)
            tokens |= dict.fromkeys(code_tokens(code))
    tokens |= dict.fromkeys(compact(code) for code in entry.occupations)
    for token in filter(None, tokens):
        document.add_text("code_prefix", token)


def _add_filing(document: tantivy.Document, entry: SearchEntry, filing: FilingFacets) -> None:
    if filing.stale_on is not None:
        document.add_integer("stale_on", filing.stale_on.toordinal())
    values = {
        "d_district": filing.districts,
        "d_status": (filing.status,),
        "d_kind": (filing.filing_kind,),
        "d_audience": filing.audiences,
        "d_level": tuple(level for _occupation, _work_type, level in filing.scope),
    }
    for name, items in values.items():
        for item in dict.fromkeys(items):
            document.add_text(name, item)
    for occupation, levels in _levels_by_occupation(filing).items():
        document.add_text("d_occupation", occupation)
        document.add_text(OCCUPATION_LEVELS, f"{occupation}|{''.join(sorted(levels))}")
        for level in levels:
            document.add_text(OCCUPATION_LEVEL, f"{occupation}|{level}")
    for name, key in _sort_keys(entry, filing).items():
        document.add_text(SORT_FIELDS[name], key)
    texts = filing.texts or (entry.title, *entry.names, *entry.codes, entry.body)
    singles: set[str] = set()
    for text in dict.fromkeys(normalise(text) for text in texts):
        document.add_text("d_pairs", " ".join(substring_pairs(text)))
        singles.update(text.replace(" ", ""))
    document.add_text("d_single", " ".join(sorted(singles)))


def _levels_by_occupation(filing: FilingFacets) -> dict[str, set[str]]:
    levels: dict[str, set[str]] = {}
    for occupation, work_type, level in filing.scope:
        value = occupation if work_type is None else f"{occupation}:{work_type}"
        levels.setdefault(value, set()).add(level)
    return levels


def _sort_keys(entry: SearchEntry, filing: FilingFacets) -> dict[str, str]:
    """Texts whose order is the order of the directory; the code decides between equals, as in the database."""
    code = entry.codes[0] if entry.codes else str(entry.pk)
    filed = filing.filed_on.toordinal() if filing.filed_on else 0
    expires = filing.expires_on.toordinal() if filing.expires_on else _FAR_DAY
    rank = STATUS_RANK.get(filing.status, _LAST_RANK)
    return {
        "relevance": f"{rank}{entry.title}\0{code}",
        "name": f"{entry.title}\0{code}",
        "filed": f"{_FAR_DAY - filed:08d}{code}",
        "expiry": f"{expires:08d}{code}",
    }


def digest_of(entry: SearchEntry) -> str:
    """Mark of everything in an entry but the day it was made on: equal entries, equal marks."""
    filing = replace(entry.filing, as_of=dt.date.min) if entry.filing else None
    text = repr(replace(entry, filing=filing))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _payload(entry: SearchEntry) -> str:
    return json.dumps(
        {
            "title": entry.title,
            "body": entry.body,
            "url": entry.url,
            "date": entry.date.isoformat() if entry.date else "",
            "section": entry.section,
            "status": entry.status,
            "codes": entry.codes,
            "names": entry.names,
            "digest": digest_of(entry),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _stored(document: tantivy.Document) -> tuple[Key, dict[str, object]]:
    kind, _colon, pk = str(document.get_first("id")).rpartition(":")
    return Key(kind, int(pk)), json.loads(bytes(document.get_first("payload") or b"{}"))


def hit_of(document: tantivy.Document) -> Hit:
    """Read a hit back from what the index stores."""
    key, data = _stored(document)
    date = str(data.get("date") or "")
    return Hit(
        kind=key.kind,
        pk=key.pk,
        title=str(data["title"]),
        body=str(data["body"]),
        url=str(data["url"]),
        date=dt.date.fromisoformat(date) if date else None,
        section=str(data["section"]),
        status=str(data["status"]),
        codes=_strings(data["codes"]),
        names=_strings(data["names"]),
    )


def key_and_digest(document: tantivy.Document) -> tuple[Key, str]:
    """Read which entry a document is and the mark of its content."""
    key, data = _stored(document)
    return key, str(data["digest"])


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
