"""Secrets do not leave: masks them in text and data, before anything is cut, answered, logged or recorded.

Every pattern runs in linear time on hostile text, and masking twice changes nothing more.
"""

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"
_HARMLESS_ENV = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TERM", "HOSTNAME", "SHELL", "PWD", "USER"})
_KEY = (
    r"[\w.-]{0,60}?(?:passw(?:or)?d|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|"
    r"credentials?|client[_-]?secret|auth[_-]?key|encryption[_-]?key|signing[_-]?key)(?:[_.-][\w.-]{0,40}|\d{0,3})"
)
_SECRET_KEY = re.compile(rf"(?:{_KEY}|(?:proxy-)?authorization|cookie|set-cookie|dsn)", re.IGNORECASE)
_VALUE = r"(?:\"(?:[^\"\\\n]|\\.){1,4000}\"|'[^'\n]{1,4000}'|[^\s\"',;&}\]]{1,4000})"
_ASSIGNED = re.compile(rf"(?i)(?<![\w.-])(--?)?({_KEY})(\"?\s{{0,3}}[=:]\s{{0,3}})(?!\s)({_VALUE})")
_FLAG = re.compile(rf"(?i)(?<!\S)(--{_KEY})(\s+)(?!-)({_VALUE})")
_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}://[^\s:/@\"']{0,100}):([^\s/@\"']{1,300})@")
_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization\"?\s{0,3}[:=]\s{0,3}\"?(?:(?:bearer|basic|token|digest)\s{1,3})?)([^\s\"',]{1,4000})"
)
_BEARER = re.compile(r"(?i)\b(bearer\s{1,3})([A-Za-z0-9._~+/=-]{8,4000})")
_PEM = re.compile(
    r"-----BEGIN ([A-Z ]{0,30}PRIVATE KEY)-----(?:(?!-----END)[\s\S]){0,20000}"
    r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
)
_SHAPES = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # AWS access key ids
    r"|\bgh[pousr]_[A-Za-z0-9]{20,255}|\bgithub_pat_[A-Za-z0-9_]{20,255}"
    r"|\bglpat-[A-Za-z0-9_-]{16,64}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{8,255}"
    r"|\bsk-[A-Za-z0-9_-]{16,255}"
    r"|\bAIza[A-Za-z0-9_-]{30,50}"
    r"|\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{4,2000}"  # JSON Web Tokens
)
# Whatever the patterns mask holds one of these, so a text without any is spared the patterns.
_CUES = (
    "passw", "passphrase", "secret", "token", "credential", "apikey", "api_key", "api-key", "accesskey", "access_key",
    "access-key", "privatekey", "private_key", "private-key", "authkey", "auth_key", "auth-key", "encryptionkey",
    "encryption_key", "encryption-key", "signingkey", "signing_key", "signing-key", "authorization", "bearer", "://",
    "-----begin", "akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "sk-", "aiza",
    "eyj",
)  # fmt: skip


def redact(text: str) -> str:
    """The text with every value masked that looks like a secret, or stands where secrets stand."""
    lowered = text.lower()
    if not any(cue in lowered for cue in _CUES):
        return text
    text = _PEM.sub(rf"\1 {MASK}", text)
    text = _URL.sub(rf"\1:{MASK}@", text)
    text = _HEADER.sub(_after_first, text)
    text = _BEARER.sub(_after_first, text)
    text = _SHAPES.sub(MASK, text)
    text = _ASSIGNED.sub(_assigned, text)
    return _FLAG.sub(lambda found: f"{found[1]}{found[2]}{MASK}", text)


def redact_json(value: Any) -> Any:
    """The same for JSON: values under secret names, environment entries, and every text inside."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: _under(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [redact_json(each) for each in value]
    return value


def redact_env(entry: str) -> str:
    """NAME=value with the value masked, unless the name is one of the few that tell nothing."""
    name, equals, value = entry.partition("=")
    if not equals or not value or name in _HARMLESS_ENV or name.startswith("LC_"):
        return entry
    return f"{name}={MASK}"


def _under(key: str, value: Any) -> Any:
    if key in ("Env", "env") and isinstance(value, list | tuple):
        return [redact_env(each) if isinstance(each, str) else redact_json(each) for each in value]
    if isinstance(value, str) and value and _SECRET_KEY.fullmatch(key):
        return MASK
    return redact_json(value)


def _after_first(found: re.Match[str]) -> str:
    return f"{found[1]}{MASK}"


def _assigned(found: re.Match[str]) -> str:
    quote = found[4][0] if found[4][0] in "\"'" else ""
    return f"{found[1] or ''}{found[2]}{found[3]}{quote}{MASK}{quote}"
