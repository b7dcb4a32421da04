"""Machines, servers and air sensors, with faults and gaps as they came."""

from dataclasses import replace

from tsrnn_datasets.card import Card
from tsrnn_datasets.cards.checksums import known
from tsrnn_datasets.readers.panels import marked_times
from tsrnn_datasets.readers.table import Table

RAW = "https://raw.githubusercontent.com/"
NAB = RAW + "numenta/NAB/master/"
SKAB = RAW + "waico/SKAB/master/data/"
SKAB_COLUMNS = {
    "Accelerometer1RMS": "vibration, g",
    "Accelerometer2RMS": "vibration, g",
    "Current": "of the motor, A",
    "Pressure": "after the pump, bar",
    "Temperature": "of the engine, °C",
    "Thermocouple": "temperature of the fluid, °C",
    "Voltage": "of the motor, V",
    "Volume Flow RateRMS": "litres a minute",
}
MARKS = {"anomaly": "1 during the fault", "changepoint": "1 where a fault begins or ends"}


NAB_SERIES = Card(
    name="",
    kind="downloaded",
    domain="sensor",
    about="",
    form="series",
    rows=4032,
    columns={"value": "none"},
    licence="MIT-style (Numenta)",
    source="Numenta Anomaly Benchmark",
    frequency="5min",
    seasonality=288,
    target="value",
    read=Table(time=("timestamp",)),
)
SKAB_TEST = Card(
    name="",
    kind="downloaded",
    domain="sensor",
    about="",
    form="frame",
    rows=0,
    columns={**SKAB_COLUMNS, **MARKS},
    licence="GPL-3 (repository)",
    source="Skoltech Anomaly Benchmark, https://github.com/waico/SKAB",
    frequency="s",
    target="Volume Flow RateRMS",
    regular=False,
    read=Table(time=("datetime",), separator=";"),
)


def _two_seconds(steps: int) -> str:
    return f'{steps} of the steps take 2 seconds instead of 1; .asfreq("s") puts NaN in the seconds that are not there'


CARDS = (
    Card(
        name="air-quality",
        kind="downloaded",
        domain="sensor",
        about="Hourly readings of five gas sensors beside a road in Italy and of reference analysers, March 2004 to "
        "April 2005",
        form="frame",
        rows=9357,
        columns={
            "CO(GT)": "carbon monoxide, reference, mg/m³",
            "PT08.S1(CO)": "tin oxide sensor",
            "NMHC(GT)": "non-methane hydrocarbons, reference, µg/m³",
            "C6H6(GT)": "benzene, reference, µg/m³",
            "PT08.S2(NMHC)": "titania sensor",
            "NOx(GT)": "nitrogen oxides, reference, ppb",
            "PT08.S3(NOx)": "tungsten oxide sensor",
            "NO2(GT)": "nitrogen dioxide, reference, µg/m³",
            "PT08.S4(NO2)": "tungsten oxide sensor",
            "PT08.S5(O3)": "indium oxide sensor",
            "T": "temperature, °C",
            "RH": "relative humidity, %",
            "AH": "absolute humidity",
        },
        licence="MIT (repository); UCI 360",
        source="UCI Machine Learning Repository 360, S. De Vito et al. (2008)",
        frequency="h",
        seasonality=24,
        target="CO(GT)",
        traps="-200 stands for missing and is NaN here; NMHC(GT) is missing in 8,443 of 9,357 rows; 114 blank rows "
        "at the end "
        "of the file are left out",
        files=(
            known(
                "sensor/AirQualityUCI.csv",
                RAW + "ajayarunachalam/msda/43699b97b59fac9014ac7dc5e100119678e90637/data/AirQualityUCI.csv",
            ),
        ),
        read=Table(time=("Date", "Time"), format="%m/%d/%Y %H:%M:%S", missing=-200.0),
    ),
    replace(
        NAB_SERIES,
        name="nab-ambient-temperature",
        about="Hourly temperature in an office, July 2013 to May 2014, with a failing system",
        rows=7267,
        columns={"value": "°F"},
        frequency="h",
        seasonality=24,
        regular=False,
        traps="gaps of up to 6 days 16 hours: ten steps are not one hour long",
        files=(
            known(
                "sensor/nab_ambient_temperature_system_failure.csv",
                NAB + "data/realKnownCause/ambient_temperature_system_failure.csv",
            ),
        ),
    ),
    replace(
        NAB_SERIES,
        name="nab-cpu",
        about="Processor use of servers every 5 minutes, May to July 2014, with a wrong setting of how many there are",
        rows=18050,
        columns={"value": "%"},
        traps="the stamps are at minutes 4 and 9, not 0 and 5",
        files=(
            known(
                "sensor/nab_cpu_utilization_asg_misconfiguration.csv",
                NAB + "data/realKnownCause/cpu_utilization_asg_misconfiguration.csv",
            ),
        ),
    ),
    replace(
        NAB_SERIES,
        name="nab-ec2-latency",
        about="Latency of requests to a server every 5 minutes, 7 to 21 March 2014, with a failing system",
        columns={"value": "milliseconds"},
        regular=False,
        traps="2014-03-09 03:00 is there 12 times (clock change), and two steps take 10 and 64 minutes",
        files=(
            known(
                "sensor/nab_ec2_request_latency_system_failure.csv",
                NAB + "data/realKnownCause/ec2_request_latency_system_failure.csv",
            ),
        ),
    ),
    replace(
        NAB_SERIES,
        name="nab-rogue-agent",
        about="How long computer users hold a key, every 5 minutes, 6 to 25 July 2014, with an intruder",
        rows=1882,
        columns={"value": "not stated"},
        regular=False,
        traps="many gaps: 91 steps are not 5 minutes long",
        files=(known("sensor/nab_rogue_agent_key_hold.csv", NAB + "data/realKnownCause/rogue_agent_key_hold.csv"),),
    ),
    replace(
        NAB_SERIES,
        name="nab-daily-small-noise",
        about="Artificial daily cycle with a little noise and no fault, every 5 minutes, 1 to 14 April 2014",
        traps="artificial, made by the authors of the benchmark",
        files=(
            known("sensor/nab_art_daily_small_noise.csv", NAB + "data/artificialNoAnomaly/art_daily_small_noise.csv"),
        ),
    ),
    replace(
        NAB_SERIES,
        name="nab-daily-jumpsup",
        about="Artificial daily cycle with one day that jumps up, every 5 minutes, 1 to 14 April 2014",
        traps="artificial, made by the authors of the benchmark",
        files=(known("sensor/nab_art_daily_jumpsup.csv", NAB + "data/artificialWithAnomaly/art_daily_jumpsup.csv"),),
    ),
    Card(
        name="nab-labels",
        kind="downloaded",
        domain="sensor",
        about="When the series of the Numenta Anomaly Benchmark are anomalous: one row a marked time",
        form="table",
        rows=120,
        columns={"series": "file in the benchmark", "time": "marked time"},
        licence="MIT-style (Numenta)",
        source="Numenta Anomaly Benchmark",
        traps="series without a mark have no row",
        files=(known("sensor/nab_combined_labels.json", NAB + "labels/combined_labels.json"),),
        read=marked_times,
    ),
    Card(
        name="nab-windows",
        kind="downloaded",
        domain="sensor",
        about="The windows in which the Numenta Anomaly Benchmark counts a detection: one row a window",
        form="table",
        rows=116,
        columns={"series": "file in the benchmark", "start": "first time", "end": "last time"},
        licence="MIT-style (Numenta)",
        source="Numenta Anomaly Benchmark",
        traps="series without a window have no row",
        files=(known("sensor/nab_combined_windows.json", NAB + "labels/combined_windows.json"),),
        read=marked_times,
    ),
    replace(
        SKAB_TEST,
        name="skab-anomaly-free",
        about="Eight sensors of a water pump every second for 2 hours and 46 minutes, without a fault",
        rows=9405,
        columns=SKAB_COLUMNS,
        traps=_two_seconds(556),
        files=(known("sensor/skab_anomaly-free.csv", SKAB + "anomaly-free/anomaly-free.csv"),),
    ),
    replace(
        SKAB_TEST,
        name="skab-valve",
        about="Eight sensors of a water pump every second for 20 minutes while a valve is being closed (valve1/0)",
        rows=1147,
        traps=_two_seconds(53),
        files=(known("sensor/skab_valve1_0.csv", SKAB + "valve1/0.csv"),),
    ),
    replace(
        SKAB_TEST,
        name="skab-valve-2",
        about="The test of skab-valve once more, the 20 minutes after it (valve1/1)",
        rows=1145,
        traps=_two_seconds(56),
        files=(known("sensor/skab_valve1_1.csv", SKAB + "valve1/1.csv"),),
    ),
    replace(
        SKAB_TEST,
        name="skab-other",
        about="Eight sensors of a water pump every second for 13 minutes with another fault (other/1)",
        rows=745,
        traps=_two_seconds(36),
        files=(known("sensor/skab_other_1.csv", SKAB + "other/1.csv"),),
    ),
)
