"""Code formats: unified social credit code, institution (filing) code, certificate number.

The shape of a code proves nothing about the truth of a filing or of a certificate; callers say so.
Patterns are parameters, because the settings may replace them. A part is taken from the pattern's group of
that name (prefix, authority, region, serial; institution, year, level, number) or, without it, by position.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Characters of GB 32100-2015: digits and capitals without I, O, S, V, Z.
SOCIAL_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SOCIAL_CREDIT_LENGTH = 18

#: ``[YS]`` + 4 digits of the authority (0000 = filed with the province) + 50 + 6-digit serial.
INSTITUTION_CODE_PATTERN = "[YS][0-9]{4}50[0-9]{6}"

#: Institution code + 2-digit year + level 1–5 + 6 digits.
CERTIFICATE_NUMBER_PATTERN = INSTITUTION_CODE_PATTERN + "[0-9]{2}[1-5][0-9]{6}"

_VALUE = {character: index for index, character in enumerate(SOCIAL_CREDIT_ALPHABET)}
_WEIGHTS = tuple(pow(3, index, 31) for index in range(SOCIAL_CREDIT_LENGTH - 1))
_HYPHENS = re.compile(r"[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_BLANKS = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]")


class CodeError(ValueError):
    """A code that cannot be right; the message is Chinese and names the remedy."""


def normalise_code(text: str, *, drop_hyphens: bool = True) -> str:
    """Half width (NFKC), upper case, no blanks and, unless told otherwise, no hyphens.

    Occupation codes keep their hyphens: pass ``drop_hyphens=False``; every kind of dash then becomes ``-``.
    Applying it twice changes nothing.
    """
    previous = ""
    # Upper-casing can yield characters that NFKC decomposes again, so repeat until stable.
    while text != previous:
        previous = text
        text = _BLANKS.sub("", unicodedata.normalize("NFKC", text).upper())
        text = _HYPHENS.sub("" if drop_hyphens else "-", text)
    return text


def social_credit_check_character(first17: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015: weights 3^i mod 31)."""
    if len(first17) != SOCIAL_CREDIT_LENGTH - 1:
        raise CodeError(f"计算校验码需要前 17 位，收到 {len(first17)} 位，请补全后重试。")
    _refuse_foreign_characters(first17)
    total = sum(_VALUE[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    # The outer modulus matters: a sum of 0 mod 31 gives check character 0, not an index of 31.
    return SOCIAL_CREDIT_ALPHABET[(31 - total % 31) % 31]


def parse_social_credit_code(text: str) -> str:
    """The normalised 18-character code, or CodeError saying what is wrong and how to mend it."""
    code = normalise_code(text)
    if not code:
        raise CodeError("统一社会信用代码为空，请按营业执照或法人证书填写 18 位代码。")
    if len(code) != SOCIAL_CREDIT_LENGTH:
        raise CodeError(f"统一社会信用代码应为 18 位，收到 {len(code)} 位，请对照营业执照或法人证书核对。")
    _refuse_foreign_characters(code)
    if not code[2:8].isdigit():
        raise CodeError("统一社会信用代码第 3 至 8 位是登记机关行政区划码，应为数字，请核对是否错位。")
    if social_credit_check_character(code[:17]) != code[17]:
        raise CodeError("统一社会信用代码的校验位不符，至少有一位写错，请对照营业执照或法人证书逐位核对。")
    return code


def _refuse_foreign_characters(code: str) -> None:
    for position, character in enumerate(code, start=1):
        if character not in _VALUE:
            raise CodeError(
                f"统一社会信用代码第 {position} 位是“{character}”，只能使用数字和除 I、O、S、V、Z 以外的"
                "大写字母，请核对是否把 0、1、2、5 写成了字母。"
            )


@dataclass(frozen=True)
class InstitutionCode:
    """A filing code, e.g. ``Y000050000001`` (13 characters)."""

    prefix: str
    authority_digits: str
    region: str
    serial: int
    serial_digits: int = 6

    @classmethod
    def parse(cls, text: str, pattern: str = INSTITUTION_CODE_PATTERN) -> InstitutionCode:
        """Read a code in any width and case; CodeError when the pattern does not fit all of it."""
        code = normalise_code(text)
        if not code:
            raise CodeError("备案编码为空，请填写备案回执上的编码，例如 Y000050000001。")
        found = re.fullmatch(pattern, code, re.ASCII)
        if found is None:
            raise CodeError(
                f"“{_shortened(code)}”不是备案编码的格式：应为字母 Y 或 S、4 位数字、50、6 位数字，共 13 位，"
                "例如 Y000050000001，请对照备案回执核对。"
            )
        parts = {"prefix": code[:1], "authority": code[1:5], "region": code[5:7], "serial": code[7:]}
        parts |= found.groupdict()
        serial = parts["serial"]
        return cls(parts["prefix"], parts["authority"], parts["region"], int(serial), len(serial))

    @property
    def open_to_society(self) -> bool:
        """S: an institution that assesses the public; Y: an employer or a technical school."""
        return self.prefix == "S"

    def __str__(self) -> str:
        return f"{self.prefix}{self.authority_digits}{self.region}{self.serial:0{self.serial_digits}d}"


def format_institution_code(
    *,
    open_to_society: bool,
    serial: int,
    authority_digits: str = "0000",
    region: str = "50",
    pattern: str = INSTITUTION_CODE_PATTERN,
) -> str:
    """The code for a new filing; raises CodeError when a part does not fit the pattern."""
    code = f"{'S' if open_to_society else 'Y'}{authority_digits}{region}{serial:06d}"
    if re.fullmatch(pattern, code, re.ASCII) is None:
        raise CodeError(f"不能生成备案编码 {code}：机构代号应为 4 位数字，流水号应在 0 至 999999 之间。")
    return code


@dataclass(frozen=True)
class CertificateNumber:
    """A certificate number, taken apart. Its shape says nothing about its truth."""

    institution: InstitutionCode
    year: int
    level: str
    number: int

    @classmethod
    def parse(
        cls,
        text: str,
        pattern: str = CERTIFICATE_NUMBER_PATTERN,
        institution_pattern: str = INSTITUTION_CODE_PATTERN,
    ) -> CertificateNumber:
        """Institution code, two-digit year (20xx), level 1–5, six digits: 22 characters."""
        code = normalise_code(text)
        if not code:
            raise CodeError("证书编号为空，请填写证书上的编号，共 22 位。")
        found = re.fullmatch(pattern, code, re.ASCII)
        if found is None:
            raise CodeError(
                f"“{_shortened(code)}”不是证书编号的格式：应为 13 位备案编码、2 位年份、1 位等级（1 至 5）和"
                " 6 位顺序号，共 22 位，请对照证书核对。"
            )
        parts = {"institution": code[:-9], "year": code[-9:-7], "level": code[-7], "number": code[-6:]}
        parts |= found.groupdict()
        institution = InstitutionCode.parse(parts["institution"], institution_pattern)
        return cls(institution, 2000 + int(parts["year"]), parts["level"], int(parts["number"]))

    def __str__(self) -> str:
        return f"{self.institution}{self.year % 100:02d}{self.level}{self.number:06d}"


def _shortened(code: str) -> str:
    """An error repeats what was typed, but never a whole pasted page."""
    return code if len(code) <= 30 else code[:30] + "…"
