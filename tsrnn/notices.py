"""A notice: something that is no error but that the caller should know, about one series or about all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Something worth knowing: `message` about `series` (None: all), met `count` times.

    `code` is stable, as that of an error is: W200 is said by a model, the others by a repair (`tsrnn explain W211`).
    """

    series: object
    message: str
    count: int = 1
    code: str = "W200"
