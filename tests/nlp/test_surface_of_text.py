"""The public names of tsrnn.nlp: sorted, importable, and light until they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tsrnn.nlp as nlp


def test_every_public_name_is_what_it_says() -> None:
    assert [name for name in nlp.__all__ if not hasattr(nlp, name)] == []
    assert set(nlp.__all__) == set(nlp._HOMES) == set(dir(nlp))
    with pytest.raises(AttributeError, match=r"module 'tsrnn.nlp' has no attribute 'no_such_name'"):
        _ = nlp.no_such_name


def test_importing_it_loads_nothing_heavy(tmp_path: Path, checkout_environment: dict[str, str]) -> None:
    code = "import sys, tsrnn.nlp; print(sorted({'torch', 'pandas', 'sklearn', 'tokenizers'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=checkout_environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
