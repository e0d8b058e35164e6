"""A filing for machines that read pages: schema.org as a JSON-LD data block."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from portal.register.views.filing_page import FilingPage
from portal.templatetags.portal_format import yuan

#: A data block ends at ``</script``, and old parsers trip over the separators: all written as escapes.
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def json_ld(page: FilingPage, url: str) -> SafeString:
    """The institution with its filing as a permit (GovernmentPermit) and its published fees as offers.

    The text is data, never run: browsers leave blocks of this type alone, the content policy included.
    """
    institution = page.filing.institution
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": f"{url}#institution",
        "name": page.name,
        "url": url,
        "identifier": [
            _property("备案编码", page.filing.code),
            _property("统一社会信用代码", institution.social_credit_code),
        ],
        "subjectOf": _permit(page, url),
    }
    former = [row.name for row in page.names if row.name != page.name]
    if former:
        data["alternateName"] = former
    if page.address is not None:
        data["address"] = {
            "@type": "PostalAddress",
            "addressRegion": "重庆市",
            "addressLocality": page.address.district.name,
            "streetAddress": page.address.address,
        }
    offers = list(_offers(page))
    if offers:
        data["makesOffer"] = offers
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped above


def _property(name: str, value: str) -> dict[str, str]:
    return {"@type": "PropertyValue", "name": name, "value": value}


def _permit(page: FilingPage, url: str) -> dict[str, Any]:
    permit: dict[str, Any] = {
        "@type": "GovernmentPermit",
        "@id": f"{url}#filing",
        "name": "职业技能等级评价机构备案",
        "identifier": page.filing.code,
        "issuedBy": {"@type": "GovernmentOrganization", "name": page.filing.authority.name},
        "validIn": {"@type": "AdministrativeArea", "name": page.area},
    }
    if page.term is not None:
        permit["validFrom"] = page.term.start.isoformat()
        if page.term.end is not None:
            permit["validUntil"] = page.term.end.isoformat()
    return permit


def _offers(page: FilingPage) -> Any:
    for group in page.scope:
        for row in group.rows:
            if row.fee is not None:
                yield {
                    "@type": "Offer",
                    "name": f"{group.title} {row.item.level.name} 评价收费",
                    "price": yuan(row.fee.total_fen),
                    "priceCurrency": "CNY",
                }
