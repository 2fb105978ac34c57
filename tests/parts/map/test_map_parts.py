"""Shapes added to a selection and taken away, on the map page; what is saved comes back with them."""

from contextlib import closing

from streamlit.testing.v1 import AppTest

from core.dataset.selection import Part, Selection
from core.ledger import open_ledger
from core.ledger.acts.saving_selections import save_selection
from core.space.gestures import Gesture, extended
from core.workspace import PROJECT_ROOT
from pages.parts.desk.state import Desk
from tests.parts.conftest import LABELS
from tests.parts.gestures import chosen
from tests.parts.remembered import remembered

EVERYWHERE = ((-99.0, -99.0), (99.0, -99.0), (99.0, 99.0), (-99.0, 99.0))


def selected(app):
    return next(heading.value for heading in app.subheader if "selected" in heading.value)


def test_a_part_is_added_to_a_cluster_and_another_taken_away(prepared, open_app):
    cluster = Gesture("cluster", cluster=int(prepared.clustering.labels[-1]))
    everything = chosen(prepared, extended(cluster, "add", "box", EVERYWHERE))
    app = open_app(workspace=prepared.workspace.name, gesture=everything)
    assert selected(app).startswith(f"{len(LABELS)} samples")
    nothing = chosen(prepared, extended(everything, "subtract", "lasso", EVERYWHERE))
    app = open_app(workspace=prepared.workspace.name, gesture=nothing)
    assert any("There is no sample in this selection" in warning.value for warning in app.warning)


def test_a_saved_selection_opens_with_its_shapes_and_exactly_its_samples(prepared):
    part = Part("add", "box", EVERYWHERE)
    drawn = Selection(
        tuple(prepared.samples.index[:3]),
        how="lasso",
        polygon=EVERYWHERE[:3],
        parts=(part,),
        dataset_fingerprint=prepared.dataset.fingerprint,
        layout_fingerprint=prepared.layout.fingerprint,
    )
    with closing(open_ledger(prepared.workspace.ledger_path)) as ledger:
        saved = save_selection(ledger, drawn, name="three", author="Ada", app_version="0.1")
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
    app.query_params["data"] = prepared.workspace.name
    app.query_params["selection"] = saved.selection_id
    app.run()
    assert selected(app).startswith("3 samples")
    gesture = remembered(app, Desk).gesture
    assert (gesture.parts, gesture.settled) == ((part,), 1)
