"""A decoder can be given by its name, and "auto" goes by the length of the window."""

from __future__ import annotations

import pytest

from tests.series import hourly
from tsrnn import Direct, GRUForecaster, Recursive, Segment, Seq2Seq, Training
from tsrnn.errors import SettingError
from tsrnn.forecasters.decoders import decoder_of
from tsrnn.nn.decoder import Decoder


@pytest.mark.parametrize(
    ("name", "decoder"),
    [
        ("direct", Direct()),
        ("segment", Segment()),
        ("seq2seq", Seq2Seq()),
        ("recursive", Recursive()),
        (None, Direct()),
    ],
)
def test_a_name_means_that_decoder_with_its_defaults(name: str | None, decoder: Decoder) -> None:
    assert decoder_of(name, lookback=200) == decoder


def test_a_decoder_given_is_the_one_used() -> None:
    assert decoder_of(Segment(length=7), lookback=200) == Segment(length=7)


@pytest.mark.parametrize(("lookback", "decoder"), [(1, Direct()), (47, Direct()), (48, Segment()), (720, Segment())])
def test_auto_reads_long_windows_in_segments(lookback: int, decoder: Decoder) -> None:
    assert decoder_of("auto", lookback) == decoder


def test_auto_forecasts_what_the_decoder_it_means_forecasts() -> None:
    training = Training(epochs=1, steps_per_epoch=2)
    rows = hourly(160)
    named, meant = (
        GRUForecaster(4, 48, hidden_size=4, decoder=decoder, training=training).fit(rows).predict()
        for decoder in ("auto", Segment())
    )
    assert named.equals(meant)


@pytest.mark.parametrize("wrong", ["segments", "Auto", 3, Segment, True])
def test_what_is_no_decoder_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(SettingError, match="decoder"):
        decoder_of(wrong, 24)  # type: ignore[arg-type]
