"""What was made beforehand is not read again when it is shown, and what could not be read is."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from core.evidence import view_cache
from core.evidence.view_cache import ViewCache

PICTURE = np.zeros((14, 17, 3), dtype=np.uint8)


def a_cache(monkeypatch, answers):
    read = []

    def views(_, sample_id):
        read.append(sample_id)
        return answers.pop(0)

    monkeypatch.setattr(view_cache, "sample_views", views)
    dataset = SimpleNamespace(pictures=pd.DataFrame({"sample_id": ["one", "one"], "view": ["1.0", "2.0"]}))
    return ViewCache(samples=2, tiles=2, quality=80), dataset, read


def test_what_was_made_beforehand_is_not_read_again(monkeypatch):
    cache, dataset, read = a_cache(monkeypatch, [{"1.0": PICTURE, "2.0": PICTURE}])
    cache.beforehand(lambda: cache.views(dataset, "one"))
    # The one thread does one thing after the other.
    cache._ahead.submit(lambda: None).result()
    assert read == ["one"]
    shown = cache.views(dataset, "one")
    assert list(shown) == ["1.0", "2.0"] and all(jpeg.startswith(b"\xff\xd8") for jpeg in shown.values())
    assert read == ["one"]


def test_a_sample_with_a_picture_that_could_not_be_read_is_tried_again(monkeypatch):
    cache, dataset, read = a_cache(monkeypatch, [{"1.0": PICTURE}, {"1.0": PICTURE, "2.0": PICTURE}])
    assert list(cache.views(dataset, "one")) == ["1.0"]
    assert list(cache.views(dataset, "one")) == ["1.0", "2.0"]
    assert read == ["one", "one"]
