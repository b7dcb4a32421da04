"""The version: at once and alone, and on request with what computes here."""

from __future__ import annotations

import platform
from pathlib import Path

import pandas
import pytest
import torch

from tests.cli.line import done, process, tsrnn
from tsrnn import __version__, engine_info


def test_the_version_stands_alone() -> None:
    assert done("--version").out == f"tsrnn {__version__}\n"


@pytest.mark.parametrize("words", ["--version --verbose", "--verbose --version", "--verbose --version --debug fit"])
def test_verbose_adds_the_engine_and_the_versions_that_matter(words: str) -> None:
    lines = done(*words.split()).out.splitlines()
    assert lines == [
        f"tsrnn {__version__}",
        f"engine {engine_info()}",
        f"threads {torch.get_num_threads()}",
        f"torch {torch.__version__}",
        f"pandas {pandas.__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
    ]


@pytest.mark.slow
def test_it_says_why_the_kernel_is_not_in_use(tmp_path: Path) -> None:
    said = process("--version --verbose", tmp_path, TSRNN_KERNEL="0", OMP_NUM_THREADS="1")
    assert said.code == 0
    assert "engine torch: TSRNN_KERNEL=0 switches the fused kernel off\nthreads 1\n" in said.out


def test_verbose_alone_is_refused() -> None:
    said = tsrnn("--verbose")
    assert said.mistake == "tsrnn: Invalid value for --verbose: it goes with --version (see 'tsrnn --help')"
