"""Marks stand on the original text, and the cut shows what was found."""

from __future__ import annotations

from hypothesis import given, strategies as st

from search.grams import parse
from search.highlight import SNIPPET_CHARACTERS, Piece, mark, snippet

TEXT = st.text(st.sampled_from("重慶庆市渝中區区電电工，。 Ａa\u200b①"), max_size=200)


def marked(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.marked]


def test_the_original_characters_are_marked() -> None:
    pieces = mark("重慶市渝中區電工評價", parse("渝中区 电工"))
    assert marked(pieces) == ["渝中區電工"]
    assert "".join(piece.text for piece in pieces) == "重慶市渝中區電工評價"


def test_markup_stays_text() -> None:
    pieces = mark("<b>电工</b>", parse("电工"))
    assert pieces == (Piece("<b>"), Piece("电工", marked=True), Piece("</b>"))


def test_the_cut_is_made_around_what_was_found() -> None:
    text = "前言" * 300 + "矿井电工的评价" + "后记" * 300
    pieces = snippet(text, parse("矿井电工"))
    assert marked(pieces) == ["矿井电工"]
    assert len("".join(piece.text for piece in pieces)) <= SNIPPET_CHARACTERS + 2


def test_without_a_match_the_beginning_is_shown() -> None:
    assert snippet("机构名录", parse("电工")) == (Piece("机构名录"),)


@given(TEXT, TEXT)
def test_pieces_put_together_are_the_text(text: str, query: str) -> None:
    pieces = mark(text, parse(query))
    assert "".join(piece.text for piece in pieces) == text
