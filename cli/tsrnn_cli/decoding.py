"""Bytes as text: unpacked, in the encoding that was told or is recognised; what is no text is called by its name."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import re
import zlib

from tsrnn.errors import DataError, SettingError

_PACKED = ((b"\x1f\x8b", gzip.decompress), (b"BZh", bz2.decompress), (b"\xfd7zXZ\x00", lzma.decompress))
_MARKS = (  # longer ones first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SHEET = "open it in a spreadsheet program and save the sheet as CSV UTF-8"
_BINARY = (
    (b"PK\x03\x04", "a ZIP archive; unpack it and give the file inside"),
    (b"\xd0\xcf\x11\xe0", f"an Excel workbook (.xls); {_SHEET}"),
    (b"%PDF", "a PDF; give the table as CSV"),
    (b"SQLite format 3\x00", "an SQLite data base; write the table to a CSV file"),
    (b"\x89HDF", "an HDF5 file; write the table to CSV or Parquet"),
    (b"CDF\x01", "a netCDF file; write the table to CSV or Parquet"),
    (b"CDF\x02", "a netCDF file; write the table to CSV or Parquet"),
    (b"(\xb5/\xfd", "packed with zstd; unpack it first: zstd -d FILE"),
)
_MARKUP = (
    (re.compile(r"\s*(<!doctype html|<html|<head|<body|<table)", re.IGNORECASE),
     "an HTML page, as a download that failed or asked for a login leaves behind; download the CSV itself"),
    (re.compile(r"\s*<\?xml"), "XML; give the table as CSV, Parquet or Arrow"),
    (re.compile(r'\s*(\{\s*["}]|\[\s*[\[{"])'), "JSON; give the table as CSV, Parquet or Arrow"),
)  # fmt: skip
# Hangul, and the signs that Korean text uses beside it: quotes, degrees, squared metres, full-width letters.
_KOREAN = re.compile(
    r"[\x00-\x7f\uac00-\ud7a3\u3131-\u318e\u00b7\u2018-\u201d\u2026\u203b\u2103\u2190-\u2193\u25a0-\u25ff\u3000-\u3015"
    r"\u3380-\u33dd\uff01-\uff5e]*"
)
_TRIED = ("cp1252", "cp949", "shift_jis", "gb18030")


def read_text(raw: bytes, where: str, told: str | None) -> tuple[str, str]:
    """What a file holds as text, and its encoding: told, by its mark, UTF-8, or Korean where nothing else fits.

    Raises DataError for bytes that are no text, saying what they are, or that need an encoding to be told.
    """
    raw = unpacked(raw, where)
    for start, what in _BINARY:
        if raw.startswith(start):
            book = b"xl/" in raw[:5000] or b"[Content_Types].xml" in raw[:5000]
            what = f"an Excel workbook; {_SHEET}" if start.startswith(b"PK") and book else what
            raise DataError(f"{where} is {what}", code="E126")
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    encoding = told or marked or ("utf-8" if _is_utf8(raw) else _korean(raw))
    if encoding is None:
        raise DataError(_unreadable(raw, where), code="E126")
    text = decoded(raw, where, encoding)
    if not text.strip():
        raise DataError(f"{where} is empty; give a header and a row for every step", code="E115")
    if "\x00" in text:
        raise DataError(f"{where} {_zeros(raw)}", code="E126")
    for pattern, what in _MARKUP:
        if pattern.match(text):
            raise DataError(f"{where} is {what}", code="E126")
    return text, "utf-8" if encoding == "utf-8-sig" else encoding


def decoded(raw: bytes, where: str, encoding: str) -> str:
    """The text that a file holds, packed or not; DataError naming it for another encoding or bytes that are none."""
    raw = unpacked(raw, where)
    try:
        return raw.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        raise DataError(
            f"{where} is not {encoding} text (byte 0x{problem.object[problem.start]:02x} at {problem.start}); say its "
            "encoding, for example --encoding cp949",
            code="E126",
        ) from problem
    except (LookupError, ValueError) as problem:
        raise SettingError(f"unknown encoding {encoding!r}; for example utf-8, cp949 or latin-1") from problem


def unpacked(raw: bytes, where: str) -> bytes:
    """The bytes without gzip, bzip2 or xz around them; DataError where these are damaged."""
    unpack = next((how for start, how in _PACKED if raw.startswith(start)), None)
    if unpack is None:
        return raw
    try:
        return unpack(raw)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as problem:
        raise DataError(f"{where} cannot be uncompressed: {problem}", code="E126") from problem


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _korean(raw: bytes) -> str | None:
    """cp949 where the bytes make nothing but Hangul of the Korean standard: other languages' do not by chance."""
    try:
        return "cp949" if _KOREAN.fullmatch(raw.decode("euc_kr")) else None
    except UnicodeDecodeError:
        return None


def _unreadable(raw: bytes, where: str) -> str:
    """That the bytes are not UTF-8, and how the place would read in the encodings that can read it."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        place = problem.start
    begin, end = raw.rfind(b"\n", 0, place) + 1, raw.find(b"\n", place)
    line = raw[max(begin, place - 20) : len(raw) if end < 0 else min(end, place + 20)]
    ways = {name: line.decode(name, errors="replace").strip() for name in _TRIED}
    readings = [f"--encoding {name} reads {text!r}" for name, text in ways.items() if "\ufffd" not in text]
    return (
        f"{where} is not utf-8 text (byte 0x{raw[place]:02x} at {place}); say its encoding: "
        f"{', '.join(readings) or 'for example --encoding latin-1'}"
    )


def _zeros(raw: bytes) -> str:
    """What zero bytes say: at every second place they are half of a letter of UTF-16."""
    head = raw[:2000]
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if 3 * head[first::2].count(0) > len(head[first::2]) and not head[1 - first :: 2].count(0):
            return f"holds zero bytes, as UTF-16 does; say --encoding {name}"
    return "is no text: it holds zero bytes; give CSV, Parquet or Arrow"
