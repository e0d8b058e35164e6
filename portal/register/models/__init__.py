"""Models of the register."""

from portal.register.models.fees import FeeCorrection, FeeItem, FeeSchedule, ReferenceFee
from portal.register.models.filing import Filing, FilingEvent, FilingSpan
from portal.register.models.imports import ImportRun
from portal.register.models.institution import Institution, InstitutionName
from portal.register.models.note import FileNote
from portal.register.models.reference import (
    CalendarDay,
    CalendarYear,
    Occupation,
    OccupationFormerCode,
    SkillLevel,
    Standard,
    WorkType,
)
from portal.register.models.scope import ScopeItem, Site

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "FeeCorrection",
    "FeeItem",
    "FeeSchedule",
    "FileNote",
    "Filing",
    "FilingEvent",
    "FilingSpan",
    "ImportRun",
    "Institution",
    "InstitutionName",
    "Occupation",
    "OccupationFormerCode",
    "ReferenceFee",
    "ScopeItem",
    "Site",
    "SkillLevel",
    "Standard",
    "WorkType",
]
