"""The network, in one place: one https address into memory through pooch, with a ceiling on its size."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tsrnn_datasets.errors import DatasetError

TIMEOUT = 60  # seconds without an answer


class _Capped:
    """A buffer to write into that refuses to grow beyond `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.content = bytearray()
        self._limit = limit

    def write(self, chunk: bytes) -> int:
        if len(self.content) + len(chunk) > self._limit:
            raise DatasetError(f"the download is larger than the {self._limit:,} bytes allowed; nothing was kept")
        self.content += chunk
        return len(chunk)

    def flush(self) -> None:
        """Nothing to do: everything is in memory."""


def cache_folder() -> Path | None:
    """Where downloads are kept (the user's cache folder, as pooch names it); None where pooch is not installed."""
    if find_spec("pooch") is None:
        return None
    import pooch

    return Path(pooch.os_cache("tsrnn"))


def fetch(url: str, limit: int) -> bytes:
    """The bytes at an https address, at most `limit` of them; redirects are not followed.

    Errors: an address that is not https, no pooch, no network, more than `limit` bytes.
    """
    if not url.startswith("https://"):
        raise DatasetError(f"only https addresses are fetched, got {url}")
    if find_spec("pooch") is None:
        raise DatasetError(f'fetching {url} needs pooch: pip install "tsrnn[data]"')
    import pooch

    buffer = _Capped(limit)
    getter = pooch.HTTPDownloader(timeout=TIMEOUT, allow_redirects=False, hooks={"response": _no_redirect})
    try:
        getter(url, buffer, None)
    except OSError as error:  # every network error of the client is one
        raise DatasetError(f"{url} could not be fetched: {error}") from error
    return bytes(buffer.content)


def _no_redirect(response: Any, *_: Any, **__: Any) -> None:
    if response.is_redirect:
        raise DatasetError(
            f"{response.url} now points elsewhere, to {response.headers['location']}; it was not followed"
        )
