"""Checkpoints: all that a training needs to go on after its process was killed, in one file that is whole or absent."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from tsrnn.errors import ModelFileError

Facts = dict[str, Any]


class Checkpoint:
    """The file of one training in a folder; its name is made from what was asked for, so trainings can share a folder.

    `asked` are the settings, `start` the weights before the first step and `loss` the loss that they have: another
    seed, another shape of network or other data is another training, and finds no checkpoint of this one.
    """

    def __init__(self, folder: str, asked: Facts, start: Mapping[str, Tensor], loss: float) -> None:
        name = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode())
        for key, tensor in start.items():
            name.update(key.encode() + str(tuple(tensor.shape)).encode())
            name.update(tensor.detach().cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
        name.update(f"{loss:.5g}".encode())
        self.file = Path(folder) / f"{name.hexdigest()[:24]}.safetensors"

    def write(self, facts: Facts, tensors: Mapping[str, Tensor]) -> None:
        """Replaces the file in one go: whoever is killed meanwhile leaves the one before.

        Raises ModelFileError where the folder cannot be written or the disk is full.
        """
        whole = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(prefix=f".{self.file.stem}-", dir=self.file.parent)
            os.close(handle)
            try:
                save_file(whole, fresh, {"facts": json.dumps(facts)})
                with open(fresh, "rb+") as written:
                    os.fsync(written.fileno())
                os.replace(fresh, self.file)
            finally:
                Path(fresh).unlink(missing_ok=True)
        except (OSError, SafetensorError) as problem:
            raise ModelFileError(
                f"the checkpoint {self.file} could not be written: {problem}; free some space, or give "
                "Training(checkpoint=…) a folder that can be written"
            ) from problem

    def read(self) -> tuple[Facts, dict[str, Tensor]] | None:
        """What was written last; None where nothing was. ModelFileError for a file that is damaged."""
        if not self.file.is_file():
            return None
        try:
            with safe_open(self.file, framework="pt") as opened:
                tensors = {name: opened.get_tensor(name) for name in opened.keys()}
                facts: Facts = json.loads(opened.metadata()["facts"])
        except (SafetensorError, OSError, ValueError, KeyError, TypeError) as problem:
            raise ModelFileError(
                f"the checkpoint {self.file} is damaged: {problem}; delete it to train from the start"
            ) from problem
        return facts, tensors
