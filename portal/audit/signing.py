"""The key that signs the ends of the chain: Ed25519, made from ``SIGNING_KEY``, so that there is nothing more to keep.

Anybody can check a signature with the public key, which is published beside the signed heads.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"zhiping-portal audit head 1"
#: What is signed; the names are those of the published fields.
SIGNED_TEXT = "zhiping-audit-head-1\n{day}\n{position}\n{hash}\n"


def signed_text(day: dt.date, position: int, head_hash: str) -> bytes:
    """The bytes that a head's signature is made of."""
    return SIGNED_TEXT.format(day=day.isoformat(), position=position, hash=head_hash).encode("ascii")


def sign(text: bytes) -> str:
    """Signature with the present key, in base64."""
    return base64.b64encode(_private_key(settings.SIGNING_KEY).sign(text)).decode("ascii")


def public_key() -> bytes:
    """The present public key: 32 bytes."""
    return _private_key(settings.SIGNING_KEY).public_key().public_bytes_raw()


def key_id(key: bytes) -> str:
    """Short name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key).hexdigest()[:16]


def known_keys() -> dict[str, bytes]:
    """The present public key and former ones (``AUDIT_FORMER_KEYS``), by their short names."""
    former = [base64.b64decode(text) for text in settings.AUDIT_FORMER_KEYS]
    return {key_id(key): key for key in (public_key(), *former)}


def is_public_key(text: str) -> bool:
    """Whether a text is a public key in base64."""
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except ValueError:
        return False


def is_valid(text: bytes, signature: str, key: bytes) -> bool:
    """Whether a base64 signature of the text was made with the private part of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@lru_cache(maxsize=4)
def _private_key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode("utf-8"))
    return Ed25519PrivateKey.from_private_bytes(seed)
