"""Each reader against a small file whose answer is known by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tsrnn_datasets.card import Card, File
from tsrnn_datasets.errors import DatasetError
from tsrnn_datasets.readers.panels import M3, Stacked, m4, marked_times, tourism
from tsrnn_datasets.readers.table import Table, published
from tsrnn_datasets.readers.texts import Lines, conllu, labelled_by_file, lines_of, parallel, whole

FRAME = Card(
    name="small",
    kind="downloaded",
    domain="power",
    about="a few rows",
    form="frame",
    rows=3,
    columns={"a": "MW", "b": "°C"},
    licence="none",
    source="made here",
    frequency="D",
    target="a",
)
SERIES = replace(FRAME, form="series", columns={"a": "MW"})


def test_a_table_is_sorted_and_gets_its_frequency() -> None:
    content = b"date,a,b\n2020-01-03,3,30\n2020-01-01,1,\n2020-01-02,2,20\n"
    frame: Any = Table()(FRAME, (content,))
    assert frame.index.equals(pd.date_range("2020-01-01", periods=3))
    assert frame.index.freqstr == "D"
    assert frame["a"].tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(frame["b"], [np.nan, 20.0, 30.0])


def test_doubles_stay_in_the_order_of_the_file_and_gaps_stay_gaps() -> None:
    content = b"date,a\n2020-01-05,5\n2020-01-01,1\n2020-01-01,2\n"
    series: Any = Table()(replace(SERIES, regular=False), (content,))
    assert series.tolist() == [1.0, 2.0, 5.0]
    assert series.index.duplicated().sum() == 1
    assert series.index.freq is None


def test_a_table_that_is_not_as_regular_as_its_card_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not conform to passed frequency"):
        Table()(SERIES, (b"date,a\n2020-01-01,1\n2020-01-03,2\n",))


def test_a_sign_for_missing_becomes_nan_and_blank_rows_and_columns_go() -> None:
    content = b"Date;Time;a;b;\n3/10/2004;18:00:00;-200;1.5;\n3/10/2004;19:00:00;2;-200;\n;;;;\n"
    reader = Table(time=("Date", "Time"), format="%m/%d/%Y %H:%M:%S", separator=";", missing=-200.0)
    frame = reader(replace(FRAME, frequency="h"), (content,))
    assert list(frame.columns) == ["a", "b"]
    np.testing.assert_array_equal(frame.to_numpy(), [[np.nan, 1.5], [2.0, np.nan]])
    assert frame.index[0] == pd.Timestamp("2004-03-10 18:00")


def test_a_table_without_stamps_begins_where_its_card_says() -> None:
    series = Table(time=(), start="2000-06-05", names=("a",))(replace(SERIES, frequency="30min"), (b'"Y"\n5\n6\n7\n',))
    assert series.index[-1] == pd.Timestamp("2000-06-05 01:00")
    assert series.name == "a"


def test_words_in_a_table_stay_words() -> None:
    frame = Table()(FRAME, (b"date,a,b\n2020-01-01,1,rain\n2020-01-02,2,NA\n",))
    assert frame["b"].tolist() == ["rain", "NA"]
    assert published(FRAME, (b"method,F1\nNaive,\n",))["F1"].isna().all()


def test_a_long_file_is_sorted_by_series_and_time() -> None:
    reader = Stacked(series="symbol", time="date", value="price", format="%b %d %Y")
    frame = reader(FRAME, (b"symbol,date,price\nB,Feb 1 2000,4\nB,Jan 1 2000,3\nA,Jan 1 2000,1\n",))
    assert frame["unique_id"].tolist() == ["A", "B", "B"]
    assert frame["y"].tolist() == [1.0, 3.0, 4.0]
    assert frame["ds"].iloc[2] == pd.Timestamp("2000-02-01")


def test_m4_counts_steps_and_its_test_part_goes_on() -> None:
    train, test = b'"V1","V2","V3","V4"\n"H1",1,2,3\n"H2",4,5,\n', b'"V1","V2"\n"H2",8\n"H1",9\n'
    before, after = m4(FRAME, (train,)), m4(FRAME, (test, train))
    assert before.to_numpy().tolist() == [["H1", 1, 1], ["H1", 2, 2], ["H1", 3, 3], ["H2", 1, 4], ["H2", 2, 5]]
    assert after.to_numpy().tolist() == [["H2", 3, 8], ["H1", 4, 9]]


def test_m3_takes_one_period_and_one_part() -> None:
    content = b"id,period,n,train,test\nN1,YEARLY,2,1.5 2.5,3.5\nN2,MONTHLY,3,4 5 6,7 8\n"
    assert M3("YEARLY", "train")(FRAME, (content,)).to_numpy().tolist() == [["N1", 1, 1.5], ["N1", 2, 2.5]]
    assert M3("MONTHLY", "test")(FRAME, (content,)).to_numpy().tolist() == [["N2", 4, 7.0], ["N2", 5, 8.0]]


def test_tourism_reads_length_and_start_from_the_head_of_a_column() -> None:
    card = replace(FRAME, form="long", frequency="QS", seasonality=4)
    frame = tourism(card, (b"q1,q2\n2,1\n1979,1991\n4,2\n10,30\n20,\n",))
    assert frame["unique_id"].tolist() == ["q1", "q1", "q2"]
    assert frame["ds"].dt.strftime("%Y-%m").tolist() == ["1979-10", "1980-01", "1991-04"]
    assert frame["y"].tolist() == [10.0, 20.0, 30.0]


def test_marks_and_windows_become_rows() -> None:
    marks = replace(FRAME, columns={"series": "", "time": ""})
    frame = marked_times(marks, (b'{"a.csv": [], "b.csv": ["2014-04-11 00:00:00", "2014-04-12 00:00:00"]}',))
    assert frame["series"].tolist() == ["b.csv", "b.csv"]
    windows = replace(FRAME, columns={"series": "", "start": "", "end": ""})
    frame = marked_times(windows, (b'{"b.csv": [["2014-04-11 00:00:00", "2014-04-12 00:00:00"]]}',))
    assert (frame["end"] - frame["start"]).tolist() == [pd.Timedelta("1D")]


def test_lines_are_split_at_newlines_only() -> None:
    assert lines_of("eins\x85zwei\ndrei\u2028vier\n".encode()) == ["eins\x85zwei", "drei\u2028vier"]


def test_a_pattern_names_the_columns_of_a_line() -> None:
    card = replace(FRAME, form="text", columns={"text": "", "label": ""})
    reader = Lines(r"\d+\t(?P<text>[^\t]*)\t(?P<label>[01])", numbers=("label",), skip=1)
    frame = reader(card, ('id\tdocument\tlabel\n1\t"굳 ㅋ\t1\n2\t\t0\n'.encode(),))
    assert frame["text"].tolist() == ['"굳 ㅋ', ""]
    assert frame["label"].tolist() == [1, 0]
    with pytest.raises(DatasetError, match="small: line 3 is not as expected: 'no tabs'"):
        reader(card, (b"id\tdocument\tlabel\n1\ta\t1\nno tabs\n",))


def test_two_files_become_pairs_and_their_lengths_must_agree() -> None:
    frame = parallel(FRAME, (b"Ein Hund\nZwei\n", b"A dog\nTwo\n"))
    assert frame.to_numpy().tolist() == [["Ein Hund", "A dog"], ["Zwei", "Two"]]
    with pytest.raises(ValueError, match="same length"):
        parallel(FRAME, (b"one\n", b"one\ntwo\n"))


def test_the_name_of_a_file_is_the_label_of_its_lines() -> None:
    card = replace(FRAME, files=(File("text/names/Korean.txt"), File("text/names/French.txt")))
    frame = labelled_by_file(card, (b"Ahn\nBaik \n", "Abélard\n".encode()))
    assert frame.to_numpy().tolist() == [["Ahn", "Korean"], ["Baik", "Korean"], ["Abélard", "French"]]


def test_a_treebank_gives_words_and_tags_without_ranges_and_empty_nodes() -> None:
    rows = ["# sent_id = 1", "# text = don't go", "1-2\tdon't\t_\t_", "1\tdo\tdo\tAUX", "2\tn't\tnot\tPART"]
    rows += ["2.1\tyou\tyou\tPRON", "3\tgo\tgo\tVERB", "", "# text = Yes", "1\tYes\tyes\tINTJ", "", ""]
    frame = conllu(FRAME, ("\n".join(rows).encode(),))
    assert frame["text"].tolist() == ["don't go", "Yes"]
    assert frame["words"].tolist() == [["do", "n't", "go"], ["Yes"]]
    assert frame["tags"].tolist() == [["AUX", "PART", "VERB"], ["INTJ"]]


def test_running_text_is_given_whole() -> None:
    assert whole(FRAME, ("Erste Zeile\nzweite: ü\n".encode(),)) == "Erste Zeile\nzweite: ü\n"
