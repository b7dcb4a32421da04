"""Electric load and what belongs to it."""

from tsrnn_datasets.card import Card
from tsrnn_datasets.cards.checksums import known
from tsrnn_datasets.readers.table import Table

RAW = "https://raw.githubusercontent.com/"
ETT = RAW + "zhouhaoyi/ETDataset/main/ETT-small/"
ETT_COLUMNS = {
    "HUFL": "high useful load",
    "HULL": "high useless load",
    "MUFL": "middle useful load",
    "MULL": "middle useless load",
    "LUFL": "low useful load",
    "LULL": "low useless load",
    "OT": "oil temperature of the transformer, °C",
}

CARDS = (
    Card(
        name="etth1",
        kind="downloaded",
        domain="power",
        about="Hourly oil temperature and six loads of an electricity transformer in China, July 2016 to June 2018 "
        "(ETTh1)",
        form="frame",
        rows=17420,
        columns=ETT_COLUMNS,
        licence="CC BY-ND 4.0",
        source="https://github.com/zhouhaoyi/ETDataset",
        frequency="h",
        seasonality=24,
        target="OT",
        traps="the rows of ettm1 at full hours (to 14 decimals): never test on one a model trained on the other",
        files=(known("power/ETTh1.csv", ETT + "ETTh1.csv"),),
        read=Table(),
    ),
    Card(
        name="ettm1",
        kind="downloaded",
        domain="power",
        about="Oil temperature and six loads of the same transformer as etth1 every 15 minutes (ETTm1)",
        form="frame",
        rows=69680,
        columns=ETT_COLUMNS,
        licence="CC BY-ND 4.0",
        source="https://github.com/zhouhaoyi/ETDataset",
        frequency="15min",
        seasonality=96,
        target="OT",
        traps="its rows at full hours are etth1 (to 14 decimals)",
        files=(known("power/ETTm1.csv", ETT + "ETTm1.csv"),),
        read=Table(),
    ),
    Card(
        name="aep-hourly",
        kind="downloaded",
        domain="power",
        about="Hourly load of American Electric Power (east of the United States), October 2004 to August 2018",
        form="series",
        rows=121273,
        columns={"AEP_MW": "MW"},
        licence="GPL-3 (repository); licence of the data not stated",
        source="PJM, by way of Kaggle robikscube/hourly-energy-consumption",
        frequency="h",
        seasonality=24,
        target="AEP_MW",
        regular=False,
        traps="the file is not in the order of time (sorted here, nothing else changed); clock changes left 4 stamps "
        "twice "
        "(02:00 in the autumns of 2014 to 2017) and 27 hours out. To forecast it, say how to mend that, for instance "
        'series.groupby(level=0).mean().asfreq("h"), which averages the doubles and leaves NaN in the gaps',
        files=(
            known(
                "power/AEP_hourly.csv",
                RAW + "panambY/Hourly_Energy_Consumption/3d9359d970ce534e3d3a81bf70a4d3abc7008b8c/data/AEP_hourly.csv",
            ),
        ),
        read=Table(time=("Datetime",)),
    ),
    Card(
        name="household-power",
        kind="downloaded",
        domain="power",
        about="Daily sums of the electric power of one household near Paris, December 2006 to November 2010",
        form="frame",
        rows=1442,
        columns={
            "Global_active_power": "sum over the minutes of a day of kW",
            "Global_reactive_power": "sum over the minutes of a day of kW",
            "Voltage": "sum over the minutes of a day of V",
            "Global_intensity": "sum over the minutes of a day of A",
            "Sub_metering_1": "kitchen, Wh",
            "Sub_metering_2": "laundry, Wh",
            "Sub_metering_3": "water heater and air conditioner, Wh",
            "sub_metering_4": "all the rest, Wh",
        },
        licence="Apache-2.0 (repository); the original at UCI is CC BY 4.0",
        source="UCI Machine Learning Repository 235",
        frequency="D",
        seasonality=7,
        target="Global_active_power",
        traps="sums of minutes, not means: divide Global_active_power by 60 for kWh; the first day has about 6.5 "
        "hours only",
        files=(
            known(
                "power/household_power_consumption_days.csv",
                RAW + "datamonday/Time-Series-Analysis-Tutorial/fb9374baa7101748e2cf05fdb9911e4471d5196e/"
                "07%20Time%20Series%20Forecasting/household_power_consumption_days.csv",
            ),
        ),
        read=Table(time=("datetime",)),
    ),
    Card(
        name="opsd-germany",
        kind="downloaded",
        domain="power",
        about="Daily electricity consumption, wind and solar production of Germany, 2006 to 2017",
        form="frame",
        rows=4383,
        columns={"Consumption": "GWh", "Wind": "GWh", "Solar": "GWh", "Wind+Solar": "GWh"},
        licence="MIT (repository); Open Power System Data",
        source="https://open-power-system-data.org",
        frequency="D",
        seasonality=7,
        target="Consumption",
        traps="5,854 missing cells: Wind begins in 2010 and Solar in 2012",
        files=(known("power/opsd_germany_daily.csv", RAW + "jenfly/opsd/master/opsd_germany_daily.csv"),),
        read=Table(time=("Date",)),
    ),
    Card(
        name="taylor",
        kind="downloaded",
        domain="power",
        about="Half-hourly electricity demand of England and Wales, 5 June to 27 August 2000",
        form="series",
        rows=4032,
        columns={"demand": "MW"},
        licence="Apache-2.0 (repository); from the R package forecast (GPL-3)",
        source="J. W. Taylor (2003), Journal of the Operational Research Society 54, 799-805",
        frequency="30min",
        seasonality=48,
        target="demand",
        traps="the file has no stamps: they are given here, 2000-06-05 00:00 on; the week's season is 336",
        files=(known("power/taylor.csv", RAW + "unit8co/darts/master/datasets/taylor.csv"),),
        read=Table(time=(), start="2000-06-05", names=("demand",)),
    ),
)
