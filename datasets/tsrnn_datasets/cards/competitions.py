"""Forecasting competitions, M3, M4 hourly and tourism: many series in a long frame, and the published results."""

from dataclasses import replace

from tsrnn_datasets.card import Card
from tsrnn_datasets.cards.checksums import known
from tsrnn_datasets.readers.panels import M3, m4, tourism
from tsrnn_datasets.readers.table import published

RAW = "https://raw.githubusercontent.com/"
M4_DATA = RAW + "Mcompetitions/M4-methods/master/Dataset/"
TCOMP = RAW + "ellisp/Tcomp-r-package/master/source-data/"
BY_STEP = {"unique_id": "series", "ds": "step, counted from 1", "y": "not stated"}
BY_DATE = {"unique_id": "series", "ds": "first day of the month or quarter", "y": "not stated"}
M4_TRAIN = known("classic/M4_Hourly-train.csv", M4_DATA + "Train/Hourly-train.csv")
M4_TEST = known("classic/M4_Hourly-test.csv", M4_DATA + "Test/Hourly-test.csv")

M4_HOURLY = Card(
    name="m4-hourly",
    kind="downloaded",
    domain="competition",
    about="The 414 hourly series of the M4 competition, training part: 700 or 960 hours each",
    form="long",
    rows=353500,
    columns=BY_STEP,
    licence="not stated",
    source="S. Makridakis et al. (2020), International Journal of Forecasting 36, 54-74",
    frequency="h",
    seasonality=24,
    target="y",
    traps="no stamps in the file: ds counts the hours of each series from 1; the test part goes on with the next 48",
    files=(M4_TRAIN,),
    read=m4,
)
M3_SERIES = Card(
    name="",
    kind="downloaded",
    domain="competition",
    about="",
    form="long",
    rows=0,
    columns=BY_STEP,
    licence="GPL-3 (R package Mcomp)",
    source="S. Makridakis and M. Hibon (2000), International Journal of Forecasting 16, 451-476; from R package Mcomp",
    target="y",
    traps="dates are not given: ds counts the steps of each series from 1; the test part goes on where the training "
    "part ends",
    files=(known("classic/M3_train_test.csv"),),
)
TOURISM = Card(
    name="",
    kind="downloaded",
    domain="competition",
    about="",
    form="long",
    rows=0,
    columns=BY_DATE,
    licence="GPL-3 (repository)",
    source="G. Athanasopoulos et al. (2011), International Journal of Forecasting 27, 822-844; from R package Tcomp",
    target="y",
    traps="the series begin in different years",
    read=tourism,
)
RESULTS = Card(
    name="",
    kind="downloaded",
    domain="competition",
    about="",
    form="table",
    rows=0,
    columns={},
    licence="not stated",
    source="https://github.com/Mcompetitions/M4-methods",
    read=published,
)
FORECASTS = {"method": "who forecast", "id": "series"}


def _m3(name: str, period: str, part: str, rows: int) -> Card:
    series, frequency, season, horizon = {
        "YEARLY": (645, "YS", 1, 6),
        "QUARTERLY": (756, "QS", 4, 8),
        "MONTHLY": (1428, "MS", 12, 18),
        "OTHER": (174, "", 1, 8),
    }[period]
    what = "training part" if part == "train" else f"test part: the {horizon} steps that follow"
    return replace(
        M3_SERIES,
        name=name,
        about=f"The {series:,} {period.lower()} series of the M3 competition, {what}",
        rows=rows,
        frequency=frequency,
        seasonality=season,
        read=M3(period, part),
    )


CARDS = (
    M4_HOURLY,
    replace(
        M4_HOURLY,
        name="m4-hourly-test",
        about="The 414 hourly series of the M4 competition, test part: the 48 hours that follow m4-hourly",
        rows=19872,
        files=(M4_TEST, M4_TRAIN),
    ),
    _m3("m3-yearly", "YEARLY", "train", 14449),
    _m3("m3-yearly-test", "YEARLY", "test", 3870),
    _m3("m3-quarterly", "QUARTERLY", "train", 30956),
    _m3("m3-quarterly-test", "QUARTERLY", "test", 6048),
    _m3("m3-monthly", "MONTHLY", "train", 141858),
    _m3("m3-monthly-test", "MONTHLY", "test", 25704),
    _m3("m3-other", "OTHER", "train", 11933),
    _m3("m3-other-test", "OTHER", "test", 1392),
    replace(
        TOURISM,
        name="tourism-monthly",
        about="366 monthly series of tourism, training part",
        rows=100496,
        frequency="MS",
        seasonality=12,
        files=(known("classic/tourism_monthly_in.csv", TCOMP + "monthly_in.csv"),),
    ),
    replace(
        TOURISM,
        name="tourism-monthly-test",
        about="366 monthly series of tourism, test part: the 24 months that follow",
        rows=8784,
        frequency="MS",
        seasonality=12,
        files=(known("classic/tourism_monthly_oos.csv", TCOMP + "monthly_oos.csv"),),
    ),
    replace(
        TOURISM,
        name="tourism-quarterly",
        about="427 quarterly series of tourism, training part",
        rows=39128,
        frequency="QS",
        seasonality=4,
        files=(known("classic/tourism_quarterly_in.csv", TCOMP + "quarterly_in.csv"),),
    ),
    replace(
        TOURISM,
        name="tourism-quarterly-test",
        about="427 quarterly series of tourism, test part: the 8 quarters that follow",
        rows=3416,
        frequency="QS",
        seasonality=4,
        files=(known("classic/tourism_quarterly_oos.csv", TCOMP + "quarterly_oos.csv"),),
    ),
    replace(
        RESULTS,
        name="m4-published-scores",
        about="Published sMAPE, MASE and OWA of 59 methods in the M4 competition, by frequency and in all",
        rows=59,
        columns={
            "method": "name or number",
            "type": "kind of method",
            "authors": "who",
            **{
                f"{score}_{part}": score
                for score in ("sMAPE", "MASE", "OWA")
                for part in ("Yearly", "Quarterly", "Monthly", "Weekly", "Daily", "Hourly", "Total")
            },
        },
        files=(known("classic/M4_published_scores.csv"),),
    ),
    replace(
        RESULTS,
        name="m4-hourly-forecasts",
        about="Published forecasts of seven methods for the 414 hourly series of M4: one row a method and series",
        rows=2898,
        columns={**FORECASTS, **{f"F{step}": f"forecast of step {step}" for step in range(1, 49)}},
        files=(known("classic/M4_Hourly_point_forecasts.csv"),),
    ),
    replace(
        RESULTS,
        name="m3-forecasts",
        about="Published forecasts of eight methods for the 3,003 series of M3: one row a method and series",
        rows=24024,
        columns={**FORECASTS, **{f"F{step}": f"forecast of step {step}" for step in range(1, 19)}},
        licence="GPL-3 (R package Mcomp)",
        source="R package Mcomp",
        traps="steps beyond a series' horizon are NaN",
        files=(known("classic/M3_point_forecasts.csv"),),
    ),
)
