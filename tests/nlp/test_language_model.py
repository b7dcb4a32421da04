"""The stream that a language model reads, and which part of the texts it is judged by."""

from __future__ import annotations

import torch

from tsrnn.nlp.generator_model import cut_at_end
from tsrnn.nlp.language_model import Stream
from tsrnn.nlp.texts import Texts


def test_a_stream_gives_every_token_its_next_and_goes_on_in_each_column() -> None:
    stream = Stream(torch.arange(100, 122), columns=3, window=4)
    assert len(stream) == 2
    windows = [stream.window(number) for number in range(2)]
    inputs, targets = (torch.cat(parts, 1) for parts in zip(*windows, strict=True))
    assert inputs.tolist() == [list(range(100 + 7 * column, 107 + 7 * column)) for column in range(3)]
    assert torch.equal(targets, inputs + 1)
    assert torch.equal(stream.window(2)[0], windows[0][0])


def test_passes_begin_at_other_tokens_where_there_is_a_generator() -> None:
    stream = Stream(torch.arange(100), 2, 16, seed=0)
    windows = [stream.window(turn * len(stream))[0] for turn in range(20)]
    begins = {int(window[0, 0]) for window in windows}
    assert len(begins) > 5 and max(begins) < 16
    assert {tuple(window.shape) for window in windows} == {(2, 16)}
    assert torch.equal(Stream(torch.arange(100), 2, 16, seed=0).window(7)[0], stream.window(7)[0])


def test_one_text_is_cut_at_its_end_and_many_between_them() -> None:
    first, held = cut_at_end(Texts(["a" * 30, "b" * 50, "c" * 5, "d" * 15], False, None), 0.2)
    assert [row[0] for row in first.rows] == ["a", "b"] and [row[0] for row in held.rows] == ["c", "d"]
    first, held = cut_at_end(Texts([["x"] * 8 + ["y"] * 2], True, None), 0.2)
    assert (first.rows, held.rows) == ([["x"] * 8], [["y"] * 2])
