"""Prices of shares and currencies."""

from tsrnn_datasets.card import Card, File
from tsrnn_datasets.cards.checksums import known
from tsrnn_datasets.readers.panels import Stacked
from tsrnn_datasets.readers.table import Table

RAW = "https://raw.githubusercontent.com/"
VEGA = RAW + "vega/vega-datasets/main/data/"
GAFA = RAW + "tidyverts/tsibbledata/a9c811a5ca1748df885491a4bcebe024c9d48e08/data-raw/gafa_stock/"
US_DOLLARS = "US$, adjusted for splits"


def _gafa(name: str, firm: str, file: File) -> Card:
    return Card(
        name=name,
        kind="downloaded",
        domain="stock",
        about=f"Daily prices and volume of {firm}, 2014 to 2018",
        form="frame",
        rows=1259,
        columns={
            "Open": US_DOLLARS,
            "High": US_DOLLARS,
            "Low": US_DOLLARS,
            "Close": US_DOLLARS,
            "Adj Close": "US$, adjusted for splits and dividends",
            "Volume": "shares traded",
        },
        licence="GPL-3 (package tsibbledata); prices from Yahoo Finance, licence not stated",
        source="Yahoo Finance, by way of tsibbledata",
        frequency="B",
        seasonality=5,
        target="Close",
        regular=False,
        traps="trading days only; High and Low of a day are not known when its Open is",
        files=(file,),
        read=Table(time=("Date",)),
    )


CARDS = (
    Card(
        name="sp500",
        kind="downloaded",
        domain="stock",
        about="Daily level and volume of the S&P 500 index, January 2000 to April 2020",
        form="frame",
        rows=5105,
        columns={
            "open": "index points",
            "high": "index points",
            "low": "index points",
            "close": "index points",
            "adjclose": "index points",
            "volume": "shares traded",
        },
        licence="BSD-3 (package vega-datasets); licence of the data not stated",
        source="Yahoo Finance, by way of vega-datasets",
        frequency="B",
        seasonality=5,
        target="close",
        regular=False,
        traps="trading days only; adjclose equals close",
        files=(known("stock/sp500-2000.csv", VEGA + "sp500-2000.csv"),),
        read=Table(),
    ),
    _gafa("apple", "Apple", known("stock/gafa_AAPL.csv", GAFA + "AAPL.csv")),
    _gafa("amazon", "Amazon", known("stock/gafa_AMZN.csv", GAFA + "AMZN.csv")),
    _gafa("facebook", "Facebook", known("stock/gafa_FB.csv", GAFA + "FB.csv")),
    _gafa("google", "Google", known("stock/gafa_GOOG.csv", GAFA + "GOOG.csv")),
    Card(
        name="stocks",
        kind="downloaded",
        domain="stock",
        about="Monthly prices of five firms (AAPL, AMZN, GOOG, IBM, MSFT), January 2000 to March 2010",
        form="long",
        rows=560,
        columns={"unique_id": "symbol", "ds": "month", "y": "US$"},
        licence="BSD-3 (package vega-datasets); licence of the data not stated",
        source="vega-datasets",
        frequency="MS",
        seasonality=12,
        target="y",
        traps="GOOG begins in August 2004",
        files=(known("stock/stocks.csv", VEGA + "stocks.csv"),),
        read=Stacked(series="symbol", time="date", value="price", format="%b %d %Y"),
    ),
    Card(
        name="exchange-rate",
        kind="downloaded",
        domain="stock",
        about="Daily exchange rates of eight countries to the US dollar, begun in 1990 (the copy of long-horizon "
        "benchmarks)",
        form="frame",
        rows=7588,
        columns=dict.fromkeys(("0", "1", "2", "3", "4", "5", "6", "OT"), "US$ for one unit of a country's currency"),
        licence="not stated",
        source="G. Lai et al. (2018), LSTNet; the copy used with Autoformer, exchange_rate.csv",
        frequency="D",
        target="OT",
        traps="the stamps are artificial (the rates go to 2016, the stamps, one a row, to 2010-10-10), so weekdays "
        "and months mean "
        "nothing; the countries are not named in the file",
        files=(known("stock/exchange_rate_ltsf.csv"),),
        read=Table(format="%Y/%m/%d %H:%M"),
    ),
)
