"""The register: settings of the office, not of the law."""

from __future__ import annotations

import datetime as dt

#: First day for which the register can answer: the day the regulation was issued and came into force (Art. 33).
REGISTER_FIRST_DAY = dt.date(2020, 12, 31)

#: ``[YS]`` + 4 digits of the authority (0000: filed with the city) + 50 + 6-digit serial.
INSTITUTION_CODE_PATTERN = r"[YS]\d{4}50\d{6}"
CERTIFICATE_NUMBER_PATTERN = r"[YS]\d{4}50\d{6}\d{2}[1-5]\d{6}"

#: Authorities (codes in ``accounts.Authority``) with duties of their own in Art. 3.
BUREAU_CODE = "CQ-RSJ"
CENTRE_CODE = "CQ-JDZX"

#: In whose name the city's orders, credit results and deregistrations go out.
CITY_ORDERS_ISSUED_BY = BUREAU_CODE
