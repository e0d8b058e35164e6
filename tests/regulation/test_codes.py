"""Code formats: check digit, normalisation, taking codes apart."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from portal.regulation.codes import (
    SOCIAL_CREDIT_ALPHABET,
    CertificateNumber,
    CodeError,
    InstitutionCode,
    format_institution_code,
    normalise_code,
    parse_social_credit_code,
    social_credit_check_character,
)

characters = st.sampled_from(SOCIAL_CREDIT_ALPHABET)


@st.composite
def social_credit_codes(draw: st.DrawFn) -> str:
    head = draw(st.text(characters, min_size=2, max_size=2))
    district = draw(st.text(st.sampled_from("0123456789"), min_size=6, max_size=6))
    tail = draw(st.text(characters, min_size=9, max_size=9))
    first17 = head + district + tail
    return first17 + social_credit_check_character(first17)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12500152MJ00000930", "12500152MJ00000930"),  # the sum is 0 mod 31: the check character is 0
        ("91500101MACQ00002A", "91500101MACQ00002A"),
        ("９１５００１０１ＭＡＣＱ００００２Ａ", "91500101MACQ00002A"),
        ("91500101macq00002a", "91500101MACQ00002A"),
        (" 91500101 MACQ0000 2A\u3000", "91500101MACQ00002A"),
        ("91500101-MACQ00002-A", "91500101MACQ00002A"),
        ("91500101\u200bMACQ00002A\ufeff", "91500101MACQ00002A"),
    ],
)
def test_good_social_credit_codes(typed: str, code: str) -> None:
    assert parse_social_credit_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("91500101MACQ00002B", "校验位不符"),
        ("91500101MACQ00002", "收到 17 位"),
        ("91500101MACQ00002AA", "收到 19 位"),
        ("", "为空"),
        ("  ", "为空"),
        ("9150O101MACQ00002A", "第 5 位是“O”"),
        ("915A0101MACQ00002A", "第 3 至 8 位"),
        ("91500101MACQ0000\u00002", "第 17 位"),
        ("九一五〇〇一〇一MACQ00002A", "第 1 位"),
    ],
)
def test_bad_social_credit_codes_say_what_to_do(typed: str, message: str) -> None:
    with pytest.raises(CodeError, match=message) as caught:
        parse_social_credit_code(typed)
    assert any(remedy in str(caught.value) for remedy in ("核对", "填写"))


def test_check_character_needs_seventeen() -> None:
    with pytest.raises(CodeError, match="前 17 位"):
        social_credit_check_character("123")


@given(social_credit_codes(), st.integers(0, 17), characters)
def test_every_single_change_is_detected(code: str, position: int, other: str) -> None:
    assert parse_social_credit_code(code) == code
    if other != code[position]:
        with pytest.raises(CodeError):
            parse_social_credit_code(code[:position] + other + code[position + 1 :])


@given(social_credit_codes(), st.integers(0, 16))
def test_swapped_neighbours_are_detected(code: str, position: int) -> None:
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    if swapped != code:
        with pytest.raises(CodeError):
            parse_social_credit_code(swapped)


@given(st.text(), st.booleans())
def test_normalisation_is_idempotent(text: str, drop: bool) -> None:
    once = normalise_code(text, drop_hyphens=drop)
    assert normalise_code(once, drop_hyphens=drop) == once
    assert not any(character.isspace() for character in once)


def test_occupation_codes_keep_their_hyphens() -> None:
    assert normalise_code("４－０３－０２－０１", drop_hyphens=False) == "4-03-02-01"
    assert normalise_code("4\u201303\u201202\u221201", drop_hyphens=False) == "4-03-02-01"


def test_institution_code_is_taken_apart() -> None:
    code = InstitutionCode.parse(" s0000 50 110003 ")
    assert (code.prefix, code.authority_digits, code.region, code.serial) == ("S", "0000", "50", 110003)
    assert code.open_to_society
    assert str(code) == "S000050110003"
    assert not InstitutionCode.parse("Y011250000007").open_to_society


def test_pattern_is_a_parameter() -> None:
    real = "S000034110003"
    with pytest.raises(CodeError, match="不是备案编码的格式"):
        InstitutionCode.parse(real)
    assert InstitutionCode.parse(real, pattern=r"[YS]\d{4}\d{2}\d{6}").region == "34"
    named = r"(?P<prefix>[YS])(?P<serial>\d{4})"
    assert InstitutionCode.parse("Y0042", pattern=named).serial == 42


@pytest.mark.parametrize(
    "typed", ["", "X000050000001", "Y00005000001", "Y0000500000011", "Y0000510000011", "Y٠٠٠٠50000001"]
)
def test_bad_institution_codes(typed: str) -> None:
    with pytest.raises(CodeError, match="备案编码"):
        InstitutionCode.parse(typed)


def test_error_does_not_repeat_a_pasted_page() -> None:
    with pytest.raises(CodeError) as caught:
        InstitutionCode.parse("甲" * 5000)
    assert len(str(caught.value)) < 200


@given(st.booleans(), st.integers(0, 999_999), st.integers(0, 9999))
def test_issued_codes_parse_back(public: bool, serial: int, authority: int) -> None:
    text = format_institution_code(open_to_society=public, serial=serial, authority_digits=f"{authority:04d}")
    code = InstitutionCode.parse(text)
    assert (code.open_to_society, code.serial, str(code)) == (public, serial, text)


@pytest.mark.parametrize(("serial", "authority"), [(1_000_000, "0000"), (1, "12"), (1, "AB12")])
def test_codes_that_cannot_be_issued(serial: int, authority: str) -> None:
    with pytest.raises(CodeError, match="不能生成"):
        format_institution_code(open_to_society=True, serial=serial, authority_digits=authority)


def test_certificate_number() -> None:
    number = CertificateNumber.parse("S000050110003 26 3 000123")
    assert str(number.institution) == "S000050110003"
    assert (number.year, number.level, number.number) == (2026, "3", 123)
    assert str(number) == "S000050110003263000123"


@pytest.mark.parametrize("typed", ["", "S000050110003", "S000050110003266000123", "S0000501100032630001234"])
def test_bad_certificate_numbers(typed: str) -> None:
    with pytest.raises(CodeError, match="证书编号"):
        CertificateNumber.parse(typed)
