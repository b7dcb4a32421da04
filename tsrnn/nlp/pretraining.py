"""Pre-training: an encoder learns to foretell the tokens of the task's own texts before it learns their labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from tsrnn.errors import SettingError, whole_number
from tsrnn.nlp.encoder import Encoder
from tsrnn.nlp.estimator import start_from
from tsrnn.nlp.fitting import Split, fit_network, restore_history
from tsrnn.nlp.readout import TokenReadout
from tsrnn.training import History, Training

# What rows are read as: outputs (batch, time, width), ids and mask (batch, time).
Read = Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]

_LEARNED = ("encoder", "spelling")  # the parts of a classifier or a tagger that reading needs


@dataclass(frozen=True)
class Pretraining:
    """Begin as a language model of the task's own texts: `Training(init=Pretraining())`, for a classifier or a tagger.

    Before any label is seen, the encoder learns from the training texts which token comes next and, where it reads from
    both ends, which one came before; then labels are learned from there with all weights (Howard and Ruder, 2018,
    arXiv:1801.06146; both directions side by side as in Peters and others, 2018, arXiv:1802.05365). It costs about as
    much as a language model with so many tokens.

    - `epochs`: at most so many, with the rest as in the training; the best by the same validation texts is kept.

    >>> Training(init=Pretraining(epochs=3)).init
    Pretraining(epochs=3)
    """

    epochs: int = 5

    def __post_init__(self) -> None:
        whole_number("epochs", self.epochs, 1)


def source_of(init: Any, *kinds: str) -> Any:
    """What was learned by the estimator that `Training(init=…)` names; None for none, and for Pretraining."""
    return None if init is None or isinstance(init, Pretraining) else start_from(init, *kinds)


def restored_pretraining(facts: dict[str, Any]) -> History | None:
    """The history of the pre-training from a model's facts; None without one."""
    found = facts["pretrained"]
    return None if found is None else restore_history(found)


class Foreteller(nn.Module):
    """A network with scores of neighbouring tokens on top of its encoder: one readout for each direction.

    Each direction foretells the token that it has not read yet: the next one, or the one before. The scores are tied to
    the tokens' vectors. Raises SettingError for a core whose directions know one another's tokens.
    """

    def __init__(self, network: nn.Module, encoder: Encoder, *, dropout: float = 0.0) -> None:
        super().__init__()
        core, table = encoder.core, encoder.embed.table
        if core.directions == 2 and (core.num_layers > 1 or core.norms is not None):
            raise SettingError(
                "Pretraining foretells what a direction has not read, but with several layers or layer_norm both "
                "directions know all tokens: give Network(bidirectional=True) alone, or bidirectional=False"
            )
        self.network, self.encoder, self.dropout = network, encoder, dropout
        self.readouts = nn.ModuleList(
            TokenReadout(core.hidden_size, table.num_embeddings, table.embedding_dim) for _ in range(core.directions)
        )

    def loss(self, outputs: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """The mean negative log-likelihood of a neighbour, over all directions; 0 where no token has one."""
        both = mask[:, 1:]  # (batch, time - 1): a token and the one before it are real
        inside = (slice(None, -1), slice(1, None))  # places whose next is there, and whose one before is
        halves = torch.split(outputs, self.encoder.core.hidden_size, -1)  # one for each direction
        total = outputs.new_zeros(())
        for direction, (readout, half) in enumerate(zip(self.readouts, halves, strict=True)):
            read = nn.functional.dropout(half[:, inside[direction]][both], self.dropout, self.training)
            wanted = ids[:, inside[1 - direction]][both]
            scores = readout(read, self.encoder.embed.table.weight)
            total = total + nn.functional.cross_entropy(scores, wanted, reduction="sum")
        return total / (both.sum().clamp(min=1) * len(self.readouts))


def pretrain(
    foreteller: Foreteller, read: Read, lengths: Tensor, split: Split, settings: Training, generator: torch.Generator
) -> History | None:
    """Fits encoder and spelling in place where `settings` ask for Pretraining, and gives the history of that.

    `read(rows)` gives what the network reads of the rows numbered by a 1-d tensor; `lengths (row,)` is how many steps
    each has. The rest of the network stays as it was drawn.
    """
    assert isinstance(settings.init, Pretraining)  # the caller asks
    others = tuple(
        name
        for name, part in foreteller.network.named_children()
        if name not in _LEARNED and any(True for _ in part.parameters())
    )
    foreteller.to(next(foreteller.network.parameters()).device)
    own = replace(settings, init=None, epochs=settings.init.epochs, freeze=(*settings.freeze, *others))
    return fit_network(foreteller, lambda rows: foreteller.loss(*read(rows)), lengths, split, own, generator)
