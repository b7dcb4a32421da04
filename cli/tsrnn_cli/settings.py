"""Names and options as forecasters: the library's defaults wherever an option was not used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tsrnn.errors import SettingError
from tsrnn_cli.options import NetworkOptions, names_in

if TYPE_CHECKING:
    from tsrnn.forecasters.protocol import PanelForecaster


def forecasters(names: str, horizon: int, options: NetworkOptions, season: int | None = None) -> list[PanelForecaster]:
    """One forecaster a name of the list; SettingError for an unknown or repeated name, or an option none takes."""
    wanted = names_in(names)
    if not wanted:
        raise SettingError("no model is named; for example gru,lstm,arima,seasonal-naive")
    for name in wanted:
        if wanted.count(name) > 1:
            raise SettingError(f"model {name!r} is named {wanted.count(name)} times; name it once")
    made = [_forecaster(name, horizon, options) for name in wanted]
    _refuse_unused(options, made)
    return _seasoned(made, season)


def forecaster(
    name: str, horizon: int, options: NetworkOptions, season: int | None = None, *, progress: bool = False
) -> PanelForecaster:
    """The forecaster of that name; a network shows a bar while it learns if `progress`."""
    model = _forecaster(name, horizon, options, progress)
    _refuse_unused(options, [model])
    return _seasoned([model], season)[0]


def _seasoned(models: list[PanelForecaster], season: int | None) -> list[PanelForecaster]:
    """Those models that have a season with this one; SettingError where none has."""
    having = [model for model in map(_learner, models) if "season" in model.get_params(deep=False)]
    if season is not None and not having:
        raise SettingError(f"--season is for models that have one; {', '.join(m.name for m in models)} has none")
    for model in having if season is not None else ():
        model.set_params(season=season)
    return models


def _refuse_unused(options: NetworkOptions, models: list[PanelForecaster]) -> None:
    if options.given() and not any(_is_network(model) for model in models):
        names = ", ".join(model.name for model in models)
        raise SettingError(f"{options.given()[0]} is for networks (gru, lstm, rnn); {names} takes no such option")


def _forecaster(name: str, horizon: int, options: NetworkOptions, progress: bool = False) -> PanelForecaster:
    from tsrnn.forecasters.names import make_forecaster

    model = make_forecaster(name, horizon)
    if not _is_network(model):
        return model
    learner = _learner(model)
    from tsrnn.network import Network
    from tsrnn.training import Training

    given = {name: value for name, value in vars(options).items() if value is not None}
    training = {name: given[name] for name in ("epochs", "seed") if name in given}
    chosen: dict[str, Any] = {name: given[name] for name in ("lookback", "hidden_size", "decoder") if name in given}
    if training or progress:
        chosen["training"] = Training(**training, progress=progress)
    if options.num_layers is not None:
        chosen["network"] = Network(num_layers=options.num_layers)
    learner.set_params(**chosen)
    return model


def _is_network(model: PanelForecaster) -> bool:
    return "training" in _learner(model).get_params(deep=False)


def _learner(model: PanelForecaster) -> PanelForecaster:
    """The model itself, or what a local one makes for each series."""
    inner: PanelForecaster = model.get_params(deep=False).get("model", model)
    return inner


def levels_in(text: str) -> list[float]:
    """`80,95` as numbers; SettingError for what is none."""
    from tsrnn.forecasters.protocol import checked_levels

    found = []
    for word in names_in(text):
        try:
            found.append(float(word))
        except ValueError:
            raise SettingError(f"levels are per cent between 0 and 100, such as 80,95; got {word!r}") from None
    return list(checked_levels(found))
