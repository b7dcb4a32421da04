"""What a forecast looked at: the weights of attention as tidy rows, as a picture, and who has none."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tests.series import QUICK, hourly, wide
from tsrnn.columns import Columns
from tsrnn.errors import ColumnError, SettingError, ShortSeriesError
from tsrnn.forecasters.attention import plot_attention
from tsrnn.forecasters.recurrent import GRUForecaster
from tsrnn.nn.direct import Direct
from tsrnn.nn.seq2seq import Seq2Seq


def test_attention_is_a_row_a_series_step_and_time() -> None:
    model = GRUForecaster(4, 12, hidden_size=8, decoder=Seq2Seq(), training=QUICK).fit(wide())
    looks = model.attention()
    assert list(looks.columns) == ["series", "step", "time", "weight"]
    assert len(looks) == 3 * 4 * 12
    for name, part in looks.groupby("series"):
        assert name in wide().columns
        assert part["time"].tolist() == 4 * wide().index[-12:].tolist()
        assert part["step"].tolist() == [step for step in (1, 2, 3, 4) for _ in range(12)]
        np.testing.assert_allclose(part.groupby("step")["weight"].sum(), 1.0, rtol=1e-6)
    earlier = model.attention(history=wide()[["east"]][:50])
    assert earlier["series"].unique().tolist() == ["east"]
    assert earlier["time"].max() == wide().index[49]


def test_attention_takes_the_columns_known_ahead() -> None:
    data = pd.DataFrame({"y": hourly().to_numpy(), "x": np.arange(96.0)})
    model = GRUForecaster(4, 12, hidden_size=8, decoder=Seq2Seq(), training=QUICK)
    model.fit(data, Columns(target="y", future=["x"]))
    ahead = pd.DataFrame({"x": np.arange(96.0, 100.0)}, index=range(96, 100))
    assert len(model.attention(future=ahead)) == 4 * 12


def heights(axes_image: object) -> NDArray[np.float64]:
    return np.asarray(axes_image.get_array(), np.float64)  # type: ignore[attr-defined]


def test_attention_is_drawn_with_time_to_the_right_and_steps_upwards() -> None:
    model = GRUForecaster(4, 12, hidden_size=8, decoder=Seq2Seq(), training=QUICK).fit(wide())
    looks = model.attention()
    figure = Figure()
    axes = plot_attention(looks, "east", figure.add_subplot())
    east = looks.loc[looks["series"] == "east", "weight"].to_numpy().reshape(4, 12)
    np.testing.assert_allclose(heights(axes.images[0]), east)
    assert axes.get_title() == "east"
    assert axes.get_xticklabels()[-1].get_text() == str(wide().index[-1])
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    assert b"</svg>" in file.getvalue()
    with pytest.raises(SettingError, match=r"series=None is not one of those looked at: choose one of \["):
        plot_attention(looks)
    with pytest.raises(ColumnError, match="the frame has no column 'weight'; give what attention"):
        plot_attention(looks.drop(columns="weight"))


@pytest.mark.parametrize(
    ("decoder", "words"), [(None, "Direct"), (Seq2Seq(None), "Seq2Seq"), (Direct("revin"), "revin")]
)
def test_a_decoder_without_attention_says_so(decoder: Direct | Seq2Seq | None, words: str) -> None:
    model = GRUForecaster(4, 12, hidden_size=4, decoder=decoder, training=QUICK).fit(hourly())
    with pytest.raises(SettingError, match=rf"decoder=.*{words}.* has no attention; fit with decoder=Seq2Seq\(\)"):
        model.attention()


def test_a_short_history_is_refused_as_in_a_forecast() -> None:
    model = GRUForecaster(4, 12, hidden_size=4, decoder=Seq2Seq(), training=QUICK).fit(hourly())
    with pytest.raises(ShortSeriesError, match=r"'load' has 11 rows of history, but the model reads 12 \(lookback\)"):
        model.attention(history=hourly(11))
