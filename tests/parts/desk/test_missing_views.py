"""That clusters sort which views are missing is said on screen like that they sort anything else."""

from streamlit.testing.v1 import AppTest


def _clusters_of_missing_views():
    from types import SimpleNamespace

    import numpy as np
    import pandas as pd

    from core.audit.confounding import confounding
    from core.audit.model import AuditInput
    from core.dataset.wording import GLITCH_WORDS
    from core.space.neighbours import find_neighbours
    from pages.parts.clusters.confounding import confounding_view
    from pages.parts.map.confounding_banner import confounding_banner

    matrix = np.tile(np.eye(4, dtype=np.float32)[0], (40, 1))
    weights = np.ones((40, 2), np.float32)
    weights[20:, 1] = 0
    case = AuditInput(
        samples=pd.DataFrame({"label": ["Blip", "Tomte"] * 20}, index=pd.Index([f"s{row}" for row in range(40)])),
        matrix=matrix,
        neighbours=find_neighbours(matrix),
        coordinates=matrix[:, :2],
        clusters=np.repeat([0, 1], 20).astype(np.int32),
        glitches=np.arange(40),
        fingerprint="test",
        weights=weights,
    )
    table = confounding(case)
    confounding_banner(table)
    confounding_view(table, SimpleNamespace(samples=SimpleNamespace(words=GLITCH_WORDS)))


def test_missing_views_are_a_row_a_sentence_and_a_warning():
    app = AppTest.from_function(_clusters_of_missing_views, default_timeout=60).run()
    assert not app.exception
    assert app.dataframe[0].value["factor"].tolist() == ["missing views"]
    assert "sorted the samples by how many pictures a sample has" in app.markdown[0].value
    assert any("samples that have all their pictures and samples that lack some" in one.value for one in app.markdown)
    figures = next(one.value for one in app.markdown if "Clusters mostly" in one.value)
    for said in (figures, app.warning[0].value):
        # Markdown's own signs are escaped.
        assert "Clusters mostly sort missing views" in said
        assert "knowing the cluster tells 100 % of which views a sample lacks" in said
