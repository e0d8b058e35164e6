"""One form for texts and queries."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from search.normalise import compact, compose, normalise, normalise_mapped

MIXED = st.text(
    alphabet=st.one_of(
        st.sampled_from("重慶渝中區電工職業技能等級评价ＡＢＣ１２３abc，。、 \n\u3000\u200b\u202e①㈱ﬀé😀İß"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("重慶市渝中區職業技能", "重庆市渝中区职业技能"),
        ("ＡＢＣ１２３", "abc123"),
        ("Ｓ００００３４１１０００３", "s000034110003"),
        ("  电工　（三级）\n", "电工 三级"),
        ("电\u200b工", "电工"),
        ("\u202e电工", "电工"),
        ("😀！？", ""),
        ("", ""),
        ("e\u0301", "é"),
    ],
)
def test_what_means_the_same_becomes_the_same(written: str, form: str) -> None:
    assert normalise(written) == form


def test_codes_lose_everything_but_letters_and_digits() -> None:
    assert compact(" ６-31-01—03 ") == "6310103"


@given(MIXED)
def test_the_form_is_stable(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(MIXED, MIXED, MIXED)
def test_what_a_text_contains_its_form_contains(before: str, inside: str, after: str) -> None:
    # Accents that would join the neighbouring letter make another character of it.
    if compose(before + inside + after) == compose(before) + compose(inside) + compose(after):
        assert compact(inside) in compact(before + inside + after)


@given(MIXED)
def test_every_character_knows_where_it_came_from(text: str) -> None:
    mapped = normalise_mapped(text)
    assert " ".join(mapped.text.split()) == normalise(text)
    assert len(mapped.origins) == len(mapped.text)
    for place, character in enumerate(mapped.text):
        start, end = mapped.original_span(place, place + 1)
        assert end == start + 1
        assert character in normalise_mapped(mapped.original[start:end]).text
