"""One peer at the same work, in the environment that has it: reads a task a line, answers with seconds, as JSON.

    python peer.py LIBRARY DATA.npz THREADS

DATA holds arrays `(row, series)` by name, hourly. Tasks: {"do": "fit", "data", "cell", "steps"}, and with the model
fitted last {"do": "predict", "times"}. How each is set to do the same as tsrnn stands beside it. None may log, save or
draw a bar.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch

LOOKBACK, HORIZON, HIDDEN, BATCH = 168, 24, 64, 32
QUIET = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
START = pd.Timestamp("2024-01-01")

Values = Any  # (row, series)
Predict = Callable[[], object]
Fit = Callable[[str, int], Predict]


def neuralforecast(values: Values) -> Fit:
    """32 series are drawn a step and 32 of their windows; robust scaling a window (its default), Adam, no clipping.

    The decoder is linear, from the state at each of the last 24 rows to a step each.
    """
    from neuralforecast import NeuralForecast
    from neuralforecast.losses.pytorch import MAE
    from neuralforecast.models import GRU, LSTM

    count = values.shape[1]
    times = pd.date_range(START, periods=len(values), freq="h")
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat([f"series-{place}" for place in range(count)], len(values)),
            "ds": np.tile(times, count),
            "y": values.T.ravel(),
        }
    )

    def fit(cell: str, steps: int) -> Predict:
        model = {"gru": GRU, "lstm": LSTM}[cell](
            h=HORIZON,
            input_size=LOOKBACK,
            encoder_hidden_size=HIDDEN,
            encoder_n_layers=1,
            decoder_layers=1,
            loss=MAE(),
            max_steps=steps,
            batch_size=min(32, count),
            windows_batch_size=BATCH,
            accelerator="cpu",
            **QUIET,
        )
        whole = NeuralForecast(models=[model], freq="h")
        whole.fit(frame)
        predict: Predict = whole.predict
        return predict

    return fit


def darts(values: Values) -> Fit:
    """A linear layer from the last state to all steps, Adam, no clipping; values as they are, scaled by nobody."""
    from darts import TimeSeries
    from darts.models import BlockRNNModel

    times = pd.date_range(START, periods=len(values), freq="h")
    series = [TimeSeries.from_times_and_values(times, column.astype(np.float32)) for column in values.T]

    def fit(cell: str, steps: int) -> Predict:
        model = BlockRNNModel(
            LOOKBACK,
            HORIZON,
            model=cell.upper(),
            hidden_dim=HIDDEN,
            n_rnn_layers=1,
            batch_size=BATCH,
            n_epochs=1000,
            loss_fn=torch.nn.L1Loss(),
            pl_trainer_kwargs={"accelerator": "cpu", "max_steps": steps, **QUIET},
        )
        model.fit(series)
        return lambda: model.predict(HORIZON, series=series)

    return fit


def gluonts(values: Values) -> Fit:
    """DeepAR, the only recurrent model there: an LSTM that reads lags and the calendar too, Student's t likelihood.

    It does more than the others, and its forecast is 100 sample paths: its ratios bound its overhead from above.
    """
    from gluonts.dataset.common import ListDataset
    from gluonts.torch import DeepAREstimator

    data = ListDataset([{"start": START, "target": column} for column in values.T.astype(np.float32)], freq="h")

    def fit(cell: str, steps: int) -> Predict:
        estimator = DeepAREstimator(
            freq="h",
            prediction_length=HORIZON,
            context_length=LOOKBACK,
            num_layers=1,
            hidden_size=HIDDEN,
            dropout_rate=0.0,
            batch_size=BATCH,
            num_batches_per_epoch=steps,
            trainer_kwargs={"max_epochs": 1, "accelerator": "cpu", **QUIET, "enable_checkpointing": True},
        )
        predictor = estimator.train(data)
        return lambda: list(predictor.predict(data))

    return fit


LIBRARIES: dict[str, Callable[[Values], Fit]] = {"neuralforecast": neuralforecast, "darts": darts, "gluonts": gluonts}


def main() -> None:
    """Answers tasks until there are none."""
    library, path, threads = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what the libraries print is no answer
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(int(threads))
    with np.load(path) as arrays:
        fits = {name: LIBRARIES[library](arrays[name]) for name in arrays.files}
    predict: Predict | None = None
    for line in sys.stdin:
        task = json.loads(line)
        start = time.perf_counter()
        if task["do"] == "fit":
            predict = fits[task["data"]](task["cell"], task["steps"])
        elif predict is not None:
            for _ in range(task["times"]):
                predict()
        answers.write(json.dumps(time.perf_counter() - start) + "\n")


if __name__ == "__main__":
    main()
