"""Which tickets belong to the blind sample: drawn by a keyed hash of the id, so that nothing in a ticket matters."""

from __future__ import annotations

import hmac

DEFAULT_SHARE = 0.02
_LEAST_SALT = 16  # bytes


def is_audited(ticket_id: str, salt: bytes, share: float = DEFAULT_SHARE) -> bool:
    """Say whether a ticket is labelled by a person who is not shown the prediction.

    The draw is HMAC-SHA256 of the id under the salt: the same on every machine and at every time, and not to be
    foreseen, nor aimed at by choosing an id, by who does not know the salt. A larger share keeps the tickets of
    a smaller one.

    Raises:
        ValueError: the salt is under 16 bytes, or the share is not between 0 and 1.
    """
    if len(salt) < _LEAST_SALT:
        raise ValueError(f"the salt has {len(salt)} bytes; give {_LEAST_SALT} random ones at least")
    if not 0 <= share <= 1:
        raise ValueError(f"the share {share} is not between 0 and 1")
    drawn = hmac.digest(salt, ticket_id.encode("utf-8", "surrogatepass"), "sha256")
    return int.from_bytes(drawn[:8], "big") < share * 2**64
