"""A SOURCE as data and columns: a file, standard input, or the name of a data set."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tsrnn.errors import ColumnError, DataError, SettingError
from tsrnn_cli.delimited import Delimited, ident_told, joined_id, read_delimited
from tsrnn_cli.guessing import as_options, no_target, sentinel_notes, series_column, target_columns
from tsrnn_cli.options import Roles, names_as_typed, names_in
from tsrnn_cli.output import Talk
from tsrnn_cli.stamps import no_time, recognised
from tsrnn_cli.tables import ENDINGS, NAMES, typed_form, typed_table
from tsrnn_cli.typed_rows import is_number, without

if TYPE_CHECKING:
    import pandas as pd

    from tsrnn.columns import Columns
    from tsrnn.layout import Layout
    from tsrnn.panel import Panel

_FILE = (*(ending for ending in ENDINGS if ending), ".gz", ".bz2", ".xz", ".zip", ".xlsx", ".xls")


@dataclass(frozen=True)
class Source:
    """Data as the library takes it, which column plays which part, and what should be said about how it was read.

    `facts` say in full how a file was understood.
    """

    data: pd.Series | pd.DataFrame
    columns: Columns | None
    notes: list[str]
    facts: dict[str, Any] = field(default_factory=dict)


def read_source(text: str, roles: Roles) -> Source:
    """The rows that SOURCE names; a file wins over a data set of the same name.

    Raises DataError or ColumnError where there is nothing of that name or it cannot be read.
    """
    if not _is_file(text):
        return _dataset(text, roles)
    raw, where = (
        (sys.stdin.buffer.read(), "standard input") if text == "-" else (Path(text).read_bytes(), Path(text).name)
    )
    form = typed_form(raw, where)
    if form is not None:
        return _table(typed_table(raw, where, form), roles, NAMES[form])
    return _described(read_delimited(raw, where, roles), roles)


def _columns(roles: Roles, time: str | None, ident: str | None, target: list[str]) -> Columns:
    from tsrnn.columns import Columns

    return Columns(
        id=ident,
        time=time,
        target=target or None,
        past=names_in(roles.past),
        future=names_in(roles.future),
        static=names_in(roles.static),
        calendar=roles.calendar if roles.exchange is None else _trading(roles.exchange, roles.calendar),
        joint=roles.joint,
        holidays=roles.holidays,
        categorical=names_in(roles.categorical),
    )


def _trading(exchange: str, calendar: bool) -> list[str]:
    """The trading days of an exchange and, with --calendar, the features that vary on them."""
    code = exchange.upper()  # Columns tells exchanges from features by their capitals
    return [code, "weekday", "yearday"] if calendar else [code]


def _described(read: Delimited, roles: Roles) -> Source:
    """The rows with every column's part, told or guessed, and what was guessed as the options that overrule it."""
    frame, target = read.frame, names_in(roles.target)
    left: list[str] = []
    if not target:
        target, left = target_columns(
            frame, [*roles.taken(), read.time, *([read.id] if read.id else [])], bool(read.id)
        )
        if left and not target:
            raise no_target(frame, left)
    columns = _columns(roles, read.time, read.id, target)
    time, ident = (read.time if roles.time is None else None), (read.id if roles.id is None else None)
    guess = as_options(time, ident, target if not roles.target else (), left)
    first = f"{read.notes[0]}; {guess}" if guess else read.notes[0]
    seen = [*target, *names_in(roles.past), *names_in(roles.future)]
    return Source(frame, columns, [first, *read.notes[1:], *sentinel_notes(frame, seen)], read.facts)


def _without(frame: pd.DataFrame, missing: str | None) -> pd.DataFrame:
    """A frame with types, and the numbers in it that stand for nothing made missing."""
    words = names_in(missing)
    for word in words:
        if not is_number(word):
            raise SettingError(f"--na takes numbers, such as -9999; got {missing!r}")
    return frame.assign(**without({str(name): frame[name] for name in frame.columns}, words)) if words else frame


def _table(frame: pd.DataFrame, roles: Roles, form: str) -> Source:
    """A frame with types: the time is its index of time stamps, or a column of them."""
    import pandas as pd

    frame = _without(frame, roles.written.missing)
    ident, facts = ident_told(roles, [str(name) for name in frame.columns]), {"form": form, "rows": len(frame)}
    if roles.time is None and isinstance(frame.index, (pd.DatetimeIndex, pd.PeriodIndex)) and not ident:
        columns = _columns(roles, None, None, names_in(roles.target))
        return Source(frame, columns, [f"read {len(frame)} rows, time in the index"], facts)
    if frame.index.name is not None:
        frame = frame.reset_index()
    stamped = [str(name) for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)]
    time = roles.time or recognised([str(name) for name in frame.columns], []) or next(iter(stamped), None)
    if time is None:
        raise ColumnError(no_time([str(name) for name in frame.columns]), code="E116")
    if not ident and time in frame.columns:
        guessed = series_column(frame, time, roles.taken())
        ident = [] if guessed is None else [guessed]
    if all(name in frame.columns for name in ident):
        frame, one = joined_id(frame, ident)
    else:
        one = roles.id  # which is not there: the library's to refuse
    return _described(Delimited(frame, time, one, [f"read {len(frame)} rows"], facts), roles)


def _dataset(text: str, roles: Roles) -> Source:
    from tsrnn_datasets.card import FORMS
    from tsrnn_datasets.catalogue import catalogue
    from tsrnn_datasets.loading import load

    cards = catalogue()
    if text not in cards:
        raise DataError(_unknown(text, list(cards)), code="E126")
    card = cards[text]
    if card.form not in ("series", "frame", "long"):
        raise DataError(
            f"{text} is {FORMS[card.form]}: no series to forecast; 'tsrnn datasets' lists the others", code="E126"
        )
    data: Any = load(text)
    if card.form == "long":
        target = names_in(roles.target) or ["y"]
        return Source(
            _without(data, roles.written.missing),
            _columns(roles, roles.time or "ds", roles.id or "unique_id", target),
            [],
        )
    if card.form == "series" and roles == replace(Roles(), target=roles.target) and roles.target in (None, data.name):
        return Source(data, None, [])
    frame = cast("pd.DataFrame", data.to_frame() if card.form == "series" else data)
    return Source(
        _without(frame, roles.written.missing), _columns(roles, roles.time, roles.id, names_in(roles.target)), []
    )


def _unknown(text: str, known: list[str]) -> str:
    path = Path(text)
    if path.is_dir():
        bare = " that holds no .parquet file" if next(path.rglob("*.parquet"), None) is None else ""
        return f"{text} is a folder{bare}; give a CSV, Parquet or Arrow file"
    if path.suffix.lower() in _FILE or len(path.parts) > 1:
        return f"there is no file {text}"
    near = get_close_matches(text.lower().replace("_", "-"), known, n=1, cutoff=0.55)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    return f"no file and no data set is called {text!r}{hint}; 'tsrnn datasets' lists the data sets"


def read_panel(text: str, roles: Roles, talk: Talk) -> tuple[Source, Panel]:
    """The rows that SOURCE names, and the same checked by the library; what was read and guessed is noted."""
    from tsrnn.frame import read

    source = read_source(text, roles)
    panel = read(source.data, source.columns, roles.mended.repairs())
    for line in source.notes:
        talk.note(line)
    if source.notes:
        words = panel.layout.frequency.words
        talk.note(f"step of time: {words}; season: {panel.season} rows, of MASE too; --season gives the models another")
    return source, panel


def read_alike(text: str, layout: Layout, roles: Roles, talk: Talk) -> pd.Series | pd.DataFrame:
    """The rows that SOURCE names in the shape of those a model was fitted on, as history or as rows ahead."""
    import pandas as pd

    wanted = layout.columns
    told = replace(
        roles,
        time=_told(wanted.time, roles.time),
        id=_told(wanted.id, roles.id),
        target=names_as_typed(map(str, wanted.named("target"))) or str(layout.label),
        past=names_as_typed(_texts(layout)),
        categorical=names_as_typed(_texts(layout)),
    )
    source = read_source(text, replace(told, time=told.time if _is_file(text) else None))
    for line in source.notes:
        talk.note(line)
    time = None if source.columns is None else source.columns.time
    frame = source.data.to_frame() if isinstance(source.data, pd.Series) else source.data
    if wanted.time is None and time is not None:
        frame = frame.set_index(cast("str", time))
    elif wanted.time is not None and time is None:
        frame = frame.rename_axis(cast("str", wanted.time)).reset_index()
    if layout.frequency.kind == "periods" and isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.set_axis(frame.index.to_period(layout.frequency.alias))
    if wanted.id in frame.columns and layout.id_dtype.startswith(("int", "uint")):
        frame = frame.astype({cast("str", wanted.id): layout.id_dtype})
    if layout.shape != "series":
        return frame
    label = "y" if layout.label is None else layout.label
    if label not in frame.columns:
        found = ", ".join(map(str, frame.columns))
        raise ColumnError(f"the model was fitted on {label!r}; found {found}", code="E116", column=label)
    return frame[label].rename(cast("str | None", layout.label))


def _told(fitted: object, option: str | None) -> str | None:
    return option if fitted is None else str(fitted)


def _texts(layout: Layout) -> list[str]:
    """The categorical columns in which the rows fitted have text, so that 01 is not read as 1."""
    columns = zip(layout.columns.named("categorical"), layout.seen, strict=True)
    return [str(name) for name, values in columns if any(isinstance(value, str) for value in values)]


def _is_file(text: str) -> bool:
    """Whether something is to be read there: a file, or a pipe such as `<(…)` makes; not a folder."""
    path = Path(text)
    return text == "-" or (path.exists() and not path.is_dir())
