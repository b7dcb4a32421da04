"""Explaining: what each code of an error or a notice means, how it is met, and how it is mended: the table of codes.

A code never changes its meaning and is never used again for another.
"""

from __future__ import annotations

from dataclasses import dataclass

from tsrnn.errors import SettingError, choices

# What every example begins with.
BEGINNING = """import pandas as pd
import tsrnn

days = pd.date_range("2024-01-01", periods=30, freq="D")
load = pd.Series(range(30), days, name="load", dtype=float)
model = tsrnn.SeasonalNaiveForecaster(horizon=3)
"""


@dataclass(frozen=True)
class Explanation:
    """What a code means in a sentence, lines of Python that meet it, and how it is mended."""

    code: str
    meaning: str
    example: str
    fix: str


_ERRORS = {
    "E100": (
        "The rows given cannot be used as they are.",
        'tsrnn.backtest(["naive"], load, horizon=3).add([1.0, 2.0], name="theirs")',
        "Do what the message says; it names the series, the column and the time stamp where these are known.",
    ),
    "E101": (
        "A value is missing, and missing values were refused.",
        'model.fit(load.mask(load == 5), repairs=tsrnn.Repairs(missing="error"))',
        "Fill the value in, or allow missing='mask' (left out of every loss and every average) or 'interpolate'.",
    ),
    "E102": (
        "A series has no value at all.",
        'model.fit(load * float("nan"))',
        "Leave the series out, or look for what made its values unreadable.",
    ),
    "E103": (
        "A series has the same time stamp twice.",
        "model.fit(pd.concat([load, load[5:6]]))",
        "Name the column that tells series apart, Columns(id=…) or --id; localize local times across a clock change; "
        "or allow duplicates='mean', 'sum', 'first' or 'last'.",
    ),
    "E104": (
        "Steps are missing from the time axis.",
        "model.fit(load.drop(days[5:15]))",
        "Give a row for every step, without a value where nothing was observed; or allow gaps='mask' or 'interpolate'. "
        "Prices on trading days: name the exchange, Columns(calendar='XNYS') or --exchange XNYS.",
    ),
    "E105": (
        "The time axis has no single step.",
        'odd = days[:15].append(days[15:].shift(5, freq="h"))\nmodel.fit(load.set_axis(odd))',
        "Bring the rows to one frequency, for example with .resample('D').mean(); stamp months as periods.",
    ),
    "E106": (
        "The rows to go on from have another frequency than those the model was fitted on.",
        'model.fit(load)\nmodel.predict(history=load.resample("W").mean())',
        "Give history with the same step of time, or fit again.",
    ),
    "E107": (
        "A series has fewer rows than one window, one fold or one model needs.",
        'tsrnn.backtest(["naive"], load, horizon=10, folds=5)',
        "Give a longer series, a shorter lookback or horizon, or fewer folds; or allow on_short='drop' or 'pad'.",
    ),
    "E108": (
        "A value is infinite.",
        'model.fit(load.replace(5, float("inf")))',
        "Write a missing value where nothing was measured, or mend what divided by zero.",
    ),
    "E109": (
        "A value is so large that no sums and squares of it can be taken: beyond 1e304.",
        "model.fit(load * 1e305)",
        "Give the values in a larger unit, or mend what made them so large.",
    ),
    "E110": (
        "The data, or a column, is of a kind that cannot be used, such as text where numbers are needed.",
        'model.fit(load.astype(object).replace(5, "n/a"))',
        "Convert the column, for example with pd.to_numeric, or say what it is in Columns(…).",
    ),
    "E111": (
        "A row does not say to which series it belongs.",
        'rows = pd.DataFrame({"unique_id": ["a", None] * 15, "ds": days, "y": 1.0})\nmodel.fit(rows)',
        "Fill in the id, or drop those rows.",
    ),
    "E112": (
        "A row has no time stamp.",
        'rows = pd.DataFrame({"ds": days.where(days != days[5]), "y": load.values})\nmodel.fit(rows)',
        "Fill in the time, or drop the row; a time that could not be read is often the cause.",
    ),
    "E113": (
        "A time is text that is not ISO 8601, of several kinds or zones, or a number that reads as a date.",
        'model.fit(load.set_axis(days.strftime("%d/%m/%Y")))',
        "Convert it first, pd.to_datetime(…, format=…); on the command line --time-format %d/%m/%Y.",
    ),
    "E114": (
        "The time axis is neither time stamps nor periods nor whole numbers, or has several levels.",
        "model.fit(load.set_axis([step / 2 for step in range(30)]))",
        "Give time stamps, periods or whole numbers, in the index or in the column named Columns(time=…).",
    ),
    "E115": ("There are no rows.", "model.fit(load[:0])", "Look at what should have filled the data."),
    "E116": (
        "A column that was named is not there, or none is left to forecast.",
        'model.fit(load.to_frame(), tsrnn.Columns(target="laod"))',
        "Name a column that is there; the message has the nearest guess. One in the index needs reset_index().",
    ),
    "E117": (
        "The columns have several levels, as files of prices of several shares have.",
        'model.fit(load.to_frame(("Close", "AAPL")))',
        "Keep one level, data.columns = ['_'.join(map(str, c)) for c in data.columns].",
    ),
    "E118": (
        "Two columns have the same name.",
        "model.fit(pd.concat([load, load], axis=1))",
        "Rename or drop one of them.",
    ),
    "E119": (
        "A forecast would end beyond the last time stamp there can be.",
        'late = pd.date_range(end="2262-04-01", periods=30, freq="D", unit="ns")\n'
        "model.fit(load.set_axis(late)).predict(1000)",
        "Ask for fewer steps.",
    ),
    "E120": (
        "Two ids are different values that read the same, such as 1 and '1'.",
        'rows = pd.DataFrame({"unique_id": [1] * 30 + ["1"] * 30, "ds": [*days, *days], "y": 1.0})\nmodel.fit(rows)',
        "Make the ids one type, for example with .astype(str).",
    ),
    "E121": (
        "A static column has several values within one series.",
        'rows = pd.DataFrame({"unique_id": "a", "ds": days, "y": load.values, "size": load.values})\n'
        'model.fit(rows, tsrnn.Columns(id="unique_id", time="ds", target="y", static="size"))',
        "Give one value a series, or name the column in past or future.",
    ),
    "E122": (
        "A categorical column holds a value that it did not hold in the rows fitted.",
        'rows = load.to_frame().assign(promo=["yes", "no"] * 15)\n'
        'columns = tsrnn.Columns(target="load", past="promo", categorical="promo")\n'
        'model.fit(rows, columns).predict(history=rows.assign(promo="perhaps"))',
        "Write one of the known values, fit again, or allow Repairs(unseen='zeros').",
    ),
    "E123": (
        "Columns known ahead were promised in fit, but are missing for the steps ahead.",
        'columns = tsrnn.Columns(target="load", future="warm")\n'
        "model.fit(load.to_frame().assign(warm=1.0), columns).predict()",
        "Give predict(future=…) a row for every step ahead; on the command line --future FILE.",
    ),
    "E124": (
        "Rows stand on days on which the exchange does not trade.",
        'model.fit(load, tsrnn.Columns(calendar="XNYS"))',
        "Drop those rows, give the exchange that trades on them, or leave the exchange out.",
    ),
    "E125": (
        "What a forecaster answered does not fit the question: steps, times or columns are missing or too many.",
        "from tsrnn.answer import parse\nfrom tsrnn.frame import read\n\nparse(load, read(load), 3, ())",
        "Mend the forecaster: tsrnn.testing says what its answers must be.",
    ),
    "E126": (
        "A file cannot be read as a table, or it is not certain how it is meant.",
        "from tsrnn_cli.delimited import read_delimited\nfrom tsrnn_cli.options import Roles\n\n"
        'read_delimited(b"time,y\\n2024-01-01,1,2,3\\n", "rows.csv", Roles())',
        "Say how it is written by the options the message names; 'tsrnn audit FILE' says what was understood.",
    ),
    "E130": (
        "A setting has a value that it cannot have.",
        "tsrnn.SeasonalNaiveForecaster(horizon=0).fit(load)",
        "Give a value of the kind and in the range that the message names.",
    ),
    "E131": (
        "A name is not one of those known.",
        'tsrnn.backtest(["gur"], load, horizon=3)',
        "Take one of the names that the message lists; it has the nearest guess.",
    ),
    "E132": (
        "What was asked for does not fit into memory.",
        "tsrnn.GRUForecaster(3, hidden_size=1_000_000_000).fit(load)",
        "Take a smaller hidden_size, batch_size or lookback.",
    ),
    "E140": ("A model was asked for a forecast before it was fitted.", "model.predict()", "Call fit(data) first."),
    "E150": (
        "The loss of a training is no longer a finite number.",
        "fast = tsrnn.Training(epochs=2, learning_rate=1e30, clip=1e30)\n"
        "tsrnn.GRUForecaster(3, lookback=6, training=fast).fit(load)",
        "Take a lower learning_rate or clip.",
    ),
    "E160": (
        "A saved model is missing, damaged, or was made by another version.",
        'tsrnn.load("no-such-model")',
        "Copy the whole folder again, or fit and save the model again.",
    ),
    "E170": (
        "An optional package is not installed.",
        'import sys\n\nsys.modules["holidays"] = None  # as if it were not\n'
        'model.fit(load, tsrnn.Columns(holidays="DE"))',
        "Install it: the message has the line to type.",
    ),
    "E180": (
        "A process that was forked while torch had threads would wait for them for ever.",
        "import multiprocessing\n\nnetwork = tsrnn.GRUForecaster(3).fit(load)\n"
        'multiprocessing.get_context("fork").Pool(1).map(network.predict, [3])',
        'Start processes with "spawn" or "forkserver", or by joblib; or call torch.set_num_threads(1) in the child.',
    ),
    "E190": (
        "A data set is unknown, or its file is missing or not the one that it should be.",
        'from tsrnn_datasets import load as data_set\n\ndata_set("c02")',
        "Take a name of list_datasets(), 'tsrnn datasets', or download the file again.",
    ),
}
_NOTICES = {
    "W200": ("A model says how it dealt with the rows.", "", "Nothing has to be done; the message says what was done."),
    "W211": ("Rows without a value were put in where steps were missing.", "", "It was asked for: gaps."),
    "W212": ("Rows of one time stamp were made one.", "", "It was asked for: duplicates."),
    "W213": ("Missing values were drawn between their neighbours.", "", "It was asked for: missing or gaps."),
    "W214": ("A series with too few rows was left out of everything.", "", "It was asked for: on_short='drop'."),
    "W215": ("Rows without a value were put in front of a short series.", "", "It was asked for: on_short='pad'."),
}
CODES = {code: Explanation(code, *told) for code, told in (_ERRORS | _NOTICES).items()}


def explain(code: str) -> Explanation:
    """What a code means; SettingError for one that there is not.

    >>> explain("E108").meaning
    'A value is infinite.'
    """
    known = CODES.get(code.strip().upper()) if isinstance(code, str) else None
    if known is None:
        raise choices("code", code, CODES) if isinstance(code, str) else SettingError(f"a code is text, got {code!r}")
    return known
