"""Staff names and passwords: what is acceptable, how a password is kept, how often a login may be tried."""

import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from rag.errors import UsageError

MIN_PASSWORD_CHARACTERS = 12  # NIST SP 800-63B asks for 8 at least, and for length rather than odd characters
MAX_PASSWORD_CHARACTERS = 256  # longer ones only cost hashing time
_NAME = re.compile(r"[a-z0-9][a-z0-9._@\-]{0,63}")
# Made once from random bytes that nobody kept: an unknown name costs as much time as a wrong password.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$RRM26LXbcOELpNLBkbHAnQ$1GKv0XHSbso0pR2R4STLNDoZPQ5xTZZZ5qZmvr2u5fI"


def account_name(name: str) -> str:
    """Give a name as it is kept: lower case, trimmed; raise UsageError for one that cannot be used."""
    kept = normal_name(name)
    if not _NAME.fullmatch(kept):
        raise UsageError("A staff name has 1 to 64 letters a to z, digits, dots or dashes; choose one like anna.berg.")
    return kept


def normal_name(name: str) -> str:
    """Fold case and width, so that one person has one name."""
    # What no database keeps (NUL, halves of characters) becomes a mark that no name has.
    kept = name.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", kept).strip().casefold()


def check_password(password: str, name: str) -> None:
    """Raise UsageError for a password that is too short, too long, or the name."""
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise UsageError(
            f"A password needs at least {MIN_PASSWORD_CHARACTERS} characters; choose several unrelated words."
        )
    if len(password) > MAX_PASSWORD_CHARACTERS:
        raise UsageError(f"A password has at most {MAX_PASSWORD_CHARACTERS} characters; choose a shorter one.")
    if len(set(password)) < 4 or normal_name(password) == name:
        raise UsageError("The password is too easy to guess; choose several unrelated words.")


def hash_password(password: str) -> str:
    """Give the argon2id hash, salted."""
    return PasswordHasher().hash(_composed(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether a password belongs to a hash; None (no such account) takes as long and is never right."""
    if len(password) > MAX_PASSWORD_CHARACTERS:
        return False
    try:
        PasswordHasher().verify(password_hash or _NOBODY, _composed(password))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return password_hash is not None


class LoginLimits:
    """Counts login attempts in this process; safe to use from several threads.

    Nobody can lock a name for others: an address without a failed attempt on a name may always try it.
    """

    # A person mistypes a few times; a list of common passwords has thousands.
    PER_NAME_AND_ADDRESS: RateLimitItem = RateLimitItemPerMinute(5, 15)
    PER_NAME: RateLimitItem = RateLimitItemPerMinute(20, 15)  # slows one guesser who has many addresses
    PER_ADDRESS: RateLimitItem = RateLimitItemPerMinute(30, 15)  # a clinic may share one address

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def attempt(self, name: str, address: str) -> bool:
        """Count an attempt and tell whether it is allowed."""
        both = ("both", normal_name(name)[:64], address)
        untried = self._limiter.get_window_stats(self.PER_NAME_AND_ADDRESS, *both).remaining
        fresh = untried == self.PER_NAME_AND_ADDRESS.amount
        # All are counted: a refused name must not hide an address that tries many names.
        by_address = self._limiter.hit(self.PER_ADDRESS, "address", address)
        by_both = self._limiter.hit(self.PER_NAME_AND_ADDRESS, *both)
        by_name = self._limiter.hit(self.PER_NAME, "name", normal_name(name)[:64])
        return by_address and by_both and (by_name or fresh)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the attempts of an address on a name after a right password."""
        self._limiter.clear(self.PER_NAME_AND_ADDRESS, "both", normal_name(name)[:64], address)


def _composed(password: str) -> bytes:
    # Keyboards differ in how they type the same accented letter.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
