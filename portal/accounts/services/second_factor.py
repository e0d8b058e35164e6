"""The second factor of staff: codes of an authenticator (TOTP) and recovery codes, each good once."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models import User
from portal.accounts.passwords import DIGITS
from portal.accounts.services.grants import end_sessions
from portal.audit.record import record

RECOVERY_CODES = 10
RECOVERY_LENGTH = 12
#: No letter that reads like a digit or like another letter.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ" + DIGITS
#: Codes of the last minutes are recognised, to say that they came too late rather than that they are wrong.
RECOGNISED_STEPS = 20
ENROLMENT = "second_factor_device"


class Verdict(Enum):
    """What became of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on a code, the device that took it, and how many recovery codes are left if it was one."""

    verdict: Verdict
    device: TOTPDevice | StaticDevice | None = None
    codes_left: int | None = None
    wait: int = 0

    @property
    def message(self) -> str:
        """What to say to the person."""
        return {
            Verdict.RIGHT: "",
            Verdict.WRONG: _("验证码不正确。请核对验证器中本站的当前6位数字，并确认手机时间准确。"),
            Verdict.EXPIRED: _("该验证码已过期。请输入验证器中正在显示的6位数字。"),
            Verdict.USED: _("该验证码已经用过，每个只能使用一次。请等验证器显示下一组数字后再输入。"),
            Verdict.THROTTLED: _("尝试过于频繁，请等待%s秒后再输入。") % self.wait,
        }[self.verdict]


def is_required() -> bool:
    """Whether nobody enters the workplace without a second factor; only a demo may say no."""
    return str(settings.STAFF_TWO_FACTOR) != "relaxed"


def authenticator_of(user: User) -> TOTPDevice | None:
    """The authenticator that an account uses."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def recovery_codes_left(user: User) -> int:
    """How many recovery codes an account has not used yet."""
    return int(StaticToken.objects.filter(device__user=user).count())


def verify(user: User, text: str) -> Answer:
    """Take a code of the authenticator or a recovery code; each counts once and wrong ones slow down."""
    text = "".join(text.split()).replace("-", "").upper()
    if text.isascii() and text.isdigit():
        return _verify_authenticator(user, text)
    return _verify_recovery(user, text)


@transaction.atomic
def _verify_authenticator(user: User, code: str) -> Answer:
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk").first()
    if device is None:
        return Answer(Verdict.WRONG)
    return _take(device, code)


def _take(device: TOTPDevice, code: str) -> Answer:
    wait = _throttled(device)
    if wait:
        return Answer(Verdict.THROTTLED, wait=wait)
    if len(code) != device.digits:
        device.throttle_increment()
        return Answer(Verdict.WRONG)
    verdict = _why_refused(device, code)
    if device.verify_token(code):
        return Answer(Verdict.RIGHT, device)
    return Answer(verdict)


def _why_refused(device: TOTPDevice, code: str) -> Verdict:
    """The reason, as it stands before the device is asked."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    now = totp.t()
    for steps in range(device.tolerance, -RECOGNISED_STEPS - 1, -1):
        totp.drift = device.drift + steps
        if totp.token() == int(code):
            used = totp.t() <= device.last_t and abs(totp.t() - now) <= device.tolerance
            return Verdict.USED if used else Verdict.EXPIRED
    return Verdict.WRONG


@transaction.atomic
def _verify_recovery(user: User, code: str) -> Answer:
    device = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return Answer(Verdict.WRONG)
    wait = _throttled(device)
    if wait:
        return Answer(Verdict.THROTTLED, wait=wait)
    if not device.verify_token(_kept_form(user, code)):
        return Answer(Verdict.WRONG)
    left = device.token_set.count()
    record("accounts.second_factor.recovery_used", user, actor=user, after={"left": left})
    return Answer(Verdict.RIGHT, device, left)


def _throttled(device: TOTPDevice | StaticDevice) -> int:
    """Seconds until the device may be asked again; 0 for now."""
    allowed, details = device.verify_is_allowed()
    if allowed:
        return 0
    return max(1, int((details["locked_until"] - timezone.now()).total_seconds()) + 1)


def _kept_form(user: User, code: str) -> str:
    """What is stored of a recovery code: enough to recognise it, not to read it."""
    return salted_hmac("portal.accounts.recovery", f"{user.pk}:{code}", algorithm="sha256").hexdigest()[:16]


def begin_enrolment(request: HttpRequest, user: User) -> TOTPDevice:
    """The authenticator that is being set up in this session; another session gets another secret."""
    device = TOTPDevice.objects.filter(pk=request.session.get(ENROLMENT), user=user, confirmed=False).first()
    if device is None:
        TOTPDevice.objects.filter(user=user, confirmed=False).delete()
        device = TOTPDevice.objects.create(user=user, name="authenticator", confirmed=False)
        request.session[ENROLMENT] = device.pk
    return device


@transaction.atomic
def finish_enrolment(user: User, device: TOTPDevice, code: str) -> tuple[Answer, list[str]]:
    """Take the first code of a new authenticator; it replaces the former one and all recovery codes.

    Returns the verdict and, when it is right, the new recovery codes: the only time that they can be read.
    Sessions that the account has elsewhere end.
    """
    device = TOTPDevice.objects.select_for_update().get(pk=device.pk, user=user, confirmed=False)
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit()):
        return Answer(Verdict.WRONG), []
    answer = _take(device, code)
    if answer.verdict is not Verdict.RIGHT:
        return answer, []
    replaced = TOTPDevice.objects.filter(user=user, confirmed=True).exclude(pk=device.pk).delete()[0]
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    codes = _make_recovery_codes(user)
    end_sessions(user)
    record("accounts.second_factor.enrolled", user, actor=user, after={"replaced": bool(replaced)})
    return Answer(Verdict.RIGHT, device), codes


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """Make new recovery codes; the former ones are void."""
    codes = _make_recovery_codes(user)
    record("accounts.second_factor.codes_renewed", user, actor=user, after={"count": len(codes)})
    return codes


def _make_recovery_codes(user: User) -> list[str]:
    device, _made = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery"})
    device.throttle_reset()
    device.token_set.all().delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        [StaticToken(device=device, token=_kept_form(user, code)) for code in codes]
    )
    return ["-".join(code[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4)) for code in codes]


def remove_second_factor(user: User) -> bool:
    """Take authenticator and recovery codes from an account; returns whether there were any."""
    removed = TOTPDevice.objects.filter(user=user).delete()[0]
    return bool(StaticDevice.objects.filter(user=user).delete()[0] + removed)
