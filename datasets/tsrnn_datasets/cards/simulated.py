"""Simulated sets: seeded, regular, without a network, and never to be mistaken for measurements."""

from tsrnn_datasets.card import Card, Simulation
from tsrnn_datasets.simulate import numbers, power, sensor, stock, weather
from tsrnn_datasets.simulate.days_off import HOLIDAYS

LICENCE = "MIT (made by this package)"

CARDS = (
    Card(
        name="sim-stock",
        kind="simulated",
        domain="stock",
        about="Simulated daily closing price of a stock, 2014 to 2023: GARCH(1,1) returns, so nervous days come in "
        "clusters",
        form="series",
        rows=2548,
        columns={"price": "currency units"},
        licence=LICENCE,
        source="simulated; T. Bollerslev (1986), Journal of Econometrics 31, 307-327",
        frequency="B",
        seasonality=5,
        target="price",
        regular=False,
        traps=f"trading days only: no weekends, and closed on {HOLIDAYS}. The returns cannot be foreseen by "
        f"construction, "
        "only their size: no honest model beats the naive forecast of the level by more than luck",
        simulation=Simulation(stock.draw),
    ),
    Card(
        name="sim-power",
        kind="simulated",
        domain="power",
        about="Simulated hourly electric load of a town and its temperature, 2022 and 2023: cycles of the day, the "
        "week and "
        "the year, heating below 15 °C, cooling above 22 °C, holidays like Sundays",
        form="frame",
        rows=17520,
        columns={"load": "MW", "temperature": "°C"},
        licence=LICENCE,
        source="simulated",
        frequency="h",
        seasonality=24,
        target="load",
        traps=f"temperature is meant to be known ahead (as by a perfect weather forecast); the holidays are "
        f"{HOLIDAYS}, "
        "on the day itself; the week's season is 168",
        simulation=Simulation(power.draw),
    ),
    Card(
        name="sim-weather",
        kind="simulated",
        domain="weather",
        about="Simulated daily mean temperature, 2014 to 2023: a year's cycle and weather that lasts some days "
        "(AR(1), 0.75)",
        form="series",
        rows=3652,
        columns={"temperature": "°C"},
        licence=LICENCE,
        source="simulated",
        frequency="D",
        seasonality=365,
        target="temperature",
        traps="the season is a year of days; there is no cycle of 7 days. The stations of a panel share most of "
        "their weather",
        simulation=Simulation(weather.draw),
    ),
    Card(
        name="sim-sensor",
        kind="simulated",
        domain="sensor",
        about="Simulated reading of a drifting sensor every 10 minutes for 30 days, with every fault marked",
        form="frame",
        rows=sensor.ROWS,
        columns={"reading": "units of the sensor", "fault": "0 none, 1 spike, 2 stuck, 3 offset"},
        licence=LICENCE,
        source="simulated",
        frequency="10min",
        seasonality=144,
        target="reading",
        traps=f"exactly {sensor.FAULTS} faults (3 spikes of 1 row, 2 times stuck for 24 and 36 rows, 1 offset of 72 "
        f"rows) and "
        f"{sensor.GAPS} gaps (3, 6, 18 and 36 rows: {sensor.ROWS_IN_GAPS} rows in all, kept as rows with NaN); the "
        f"drift of 4 to "
        "8 units goes on for the whole time",
        simulation=Simulation(sensor.draw),
    ),
    Card(
        name="number-sequence",
        kind="simulated",
        domain="teaching",
        about="10, 20, 30, … 1000: the first exercise of a course (many to one, one to many, many to many)",
        form="series",
        rows=numbers.ROWS,
        columns={"number": "multiples of ten"},
        licence=LICENCE,
        source="computed",
        target="number",
        traps="nothing is drawn, so it takes neither seed nor panel; indexed by step, not by time",
        simulation=Simulation(numbers.draw, random=False),
    ),
)
