"""Small texts with their classes, in English and Korean, and settings that fit in a moment."""

from __future__ import annotations

from typing import Any

from tsrnn.nlp.encoder import Embedding
from tsrnn.nlp.output import Classes
from tsrnn.training import Training

GOOD = ["a good film", "good acting and a good story", "I liked it, really good!", "so good"]
BAD = ["a bad film", "bad acting and a bad story", "I hated it, really bad!", "so bad", "bad bad bad and long"]
TEXTS = (GOOD + BAD) * 6
LABELS = (["good"] * len(GOOD) + ["bad"] * len(BAD)) * 6
KOREAN = ["정말 좋은 영화", "너무 좋아요", "최악의 영화", "재미없고 싫어요"] * 6
OPINIONS = [1, 1, 0, 0] * 6

QUICK = Training(epochs=2, batch_size=8, steps_per_epoch=None, learning_rate=0.02)
LONGER = Training(epochs=10, batch_size=8, steps_per_epoch=None, learning_rate=0.02)
SMALL: dict[str, Any] = {"hidden_size": 6, "embedding": Embedding(8), "training": QUICK}
PLAIN = Classes(pooling="max", baseline=False)
