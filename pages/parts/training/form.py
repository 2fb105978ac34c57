"""The form that starts a training: what matters in sight, the rest folded, and in words what it will learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from core.classify.params import TrainParams
from core.classify.training.labels import TrainingLabels
from core.classify.training.runs import Run, new_run_name
from core.dataset import Dataset
from core.dataset.wording import Wording, wording
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.jobs.training import Plan, command_line, plan_training, workspace_unit
from core.pipeline.reading import BROUGHT
from core.workspace import Workspace
from pages.parts.data.job import duration_text
from pages.parts.desk.acts import start_training
from pages.parts.desk.who import AtDesk
from pages.parts.training import words
from pages.parts.training.labels import labels_choice, labels_of_reading, labels_text
from pages.parts.training.network import network_choice
from pages.parts.training.split import split_choice
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped, view_title

_SIZES = {(70, 85): "half", (140, 170): "as stored", (224, 272): "enlarged"}
_DEFAULTS = TrainParams()
_KEPT = {"persist_state": "session"}
"""The form is not drawn while a run is under way; its choices stay."""


def training_form(here: AtDesk, dataset: Dataset, runs: Sequence[Run]) -> None:
    """Draw the form; starts the training when its button is pressed."""
    workspace = here.workspace
    with st.container(border=True):
        try:
            params = _choices(workspace, dataset)
            reading = labels_choice(here)
            labels = labels_of_reading(here, dataset, reading)
            plan = _plan(_key(dataset, params, runs, labels), dataset, params, tuple(runs), labels)
        except GlitchAuditError as error:
            st.warning(escaped(error))
            return
        st.markdown(plan_text(plan, params))
        if reading != BROUGHT:
            st.caption(labels_text(dataset, labels))
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        name = left.text_input(
            "Name of the training run (optional)",
            placeholder=new_run_name(workspace, params),
            key="training_name",
            max_chars=80,
        )
        pressed = right.button(
            "Start training", type="primary", icon=":material/play_arrow:", key="training_start", width="stretch"
        )
        with st.popover("The same from the command line", icon=":material/terminal:"):
            command = command_line(workspace, params, name.strip(), reading=reading, author=here.person.name)
            st.code(command, language="bash", wrap_lines=True)
        if pressed:
            try:
                start_training(workspace, params, name, reading)
            except GlitchAuditError as error:
                st.error(escaped(error))
                return
            st.rerun()


def plan_text(plan: Plan, params: TrainParams) -> str:
    """What a run will learn from, in words, and how long an epoch took before."""
    counts = plan.counts
    parts = [
        f"**{counts.loc[split, 'samples']:,}** samples ({counts.loc[split, 'pictures']:,} pictures) {what}"
        for split, what in (
            ("train", "to learn from"),
            ("validation", "to say when to stop"),
            ("test", "kept back to judge it on"),
        )
    ]
    text = f"{', '.join(parts[:-1])}, {parts[-1]}; {plan.labels} labels. "
    text += (
        "These are the data set's own parts. "
        if plan.honoured
        else f"{escaped(plan.note)} "
        if plan.note
        else "All views of a sample stay on one side, and every label is shared out alike. "
    )
    if plan.epoch_seconds is None:
        return text + "How long an epoch takes is known after the first one."
    one, most = duration_text(plan.epoch_seconds), duration_text(plan.epoch_seconds * params.epochs)
    return text + f"In the last run like this an epoch took {one}: at most {most} altogether."


def _choices(workspace: Workspace, dataset: Dataset) -> TrainParams:
    named = wording(dataset.kind.kind)
    network, course = network_choice(dataset), _course(dataset)
    with st.expander("More settings"):
        more = {
            **_answers(workspace),
            **_head(),
            **_optimisation(),
            **_augmentation(named),
            **_parts(dataset),
        }
    if not course["views"]:
        raise GlitchAuditError("Choose at least one view.")
    return TrainParams(**network, **course, **more)


def _course(dataset: Dataset) -> dict:
    """Which views it sees, how long it learns, and how rare labels count."""
    left, middle, right = st.columns(3)
    views = left.multiselect(
        "Views",
        dataset.views,
        default=dataset.views,
        format_func=view_title,
        # Another data set may have other views.
        key=widget_key("training_views", *dataset.views),
        **_KEPT,
        help="All views of a sample go through the same network and are then joined. One view alone is faster.",
    )
    epochs = middle.number_input(
        "Epochs at most",
        1,
        10_000,
        _DEFAULTS.epochs,
        key="training_epochs",
        **_KEPT,
        help="How often it goes through the training samples. It stops earlier when it no longer gets better.",
    )
    balance = right.selectbox(
        "For rare labels",
        list(words.BALANCES),
        format_func=words.BALANCES.__getitem__,
        key="training_balance",
        **_KEPT,
        help="Without help, a rare label counts as little as it is rare.",
    )
    return {"views": tuple(view for view in dataset.views if view in views), "epochs": int(epochs), "balance": balance}


def _answers(workspace: Workspace) -> dict:
    one, two, three = st.columns(3)
    units = list(words.UNITS)
    unit = one.selectbox(
        "One answer for",
        units,
        index=units.index(workspace_unit(workspace)),
        format_func=words.UNITS.__getitem__,
        key="training_unit",
        **_KEPT,
        help="As the map counts, unless you choose otherwise.",
    )
    merge = two.selectbox(
        "Views are joined",
        list(words.MERGES),
        format_func=words.MERGES.__getitem__,
        key="training_merge",
        **_KEPT,
        disabled=unit == "picture",
        help="Side by side the head knows which view says what; a missing view is left out.",
    )
    size = three.selectbox(
        "Picture size",
        list(_SIZES),
        index=list(_SIZES).index(_DEFAULTS.size),
        format_func=lambda size: f"{size[0]} x {size[1]} pixels, {_SIZES[size]}",
        key="training_size",
        **_KEPT,
        help="Half the size is about four times faster and loses fine lines.",
    )
    return {"unit": unit, "merge": merge, "size": size}


def _head() -> dict:
    one, two, three = st.columns(3)
    dense = one.text_input(
        "Head's layers",
        value=", ".join(map(str, _DEFAULTS.dense)),
        key="training_dense",
        **_KEPT,
        help="Widths of the layers before the answer, such as 512, 256; empty for none.",
    )
    try:
        widths = tuple(int(part) for part in dense.replace(",", " ").split())
    except ValueError:
        raise GlitchAuditError("“Head's layers” takes whole numbers, such as 512, 256, or nothing.") from None
    dropout = two.number_input(
        "Dropout",
        0.0,
        0.95,
        _DEFAULTS.dropout,
        0.05,
        key="training_dropout",
        **_KEPT,
        help="Against learning by heart.",
    )
    smoothing = three.number_input(
        "Label smoothing",
        0.0,
        0.9,
        _DEFAULTS.label_smoothing,
        0.05,
        key="training_smoothing",
        **_KEPT,
        help="Lets the classifier doubt: useful where labels are known to be wrong here and there.",
    )
    return {"dense": widths, "dropout": dropout, "label_smoothing": smoothing}


def _optimisation() -> dict:
    one, two, three, four = st.columns(4)
    chosen = {
        "optimizer": one.selectbox(
            "Optimizer",
            list(words.OPTIMIZERS),
            format_func=words.OPTIMIZERS.__getitem__,
            key="training_optimizer",
            **_KEPT,
        ),
        "learning_rate": two.number_input(
            "Learning rate",
            1e-6,
            1.0,
            _DEFAULTS.learning_rate,
            1e-4,
            format="%g",
            key="training_rate",
            **_KEPT,
            help="The first one; it is lowered when the validation loss no longer falls.",
        ),
        "weight_decay": three.number_input(
            "Weight decay", 0.0, 1.0, _DEFAULTS.weight_decay, 0.01, format="%g", key="training_decay", **_KEPT
        ),
        "batch": int(
            four.number_input(
                "Batch (samples a step)",
                2,
                4096,
                _DEFAULTS.batch,
                key="training_batch",
                **_KEPT,
                help="Less needs less memory.",
            )
        ),
    }
    one, two, three, four = st.columns(4, vertical_alignment="bottom")
    chosen["patience"] = int(
        one.number_input(
            "Stop after epochs without gain", 1, 1000, _DEFAULTS.patience, key="training_patience", **_KEPT
        )
    )
    chosen["plateau_patience"] = int(
        two.number_input("Lower the rate after", 1, 1000, _DEFAULTS.plateau_patience, key="training_plateau", **_KEPT)
    )
    chosen["plateau_factor"] = three.number_input(
        "By the factor", 0.05, 0.95, _DEFAULTS.plateau_factor, 0.05, key="training_factor", **_KEPT
    )
    chosen["mixed_precision"] = four.toggle(
        "Half precision",
        _DEFAULTS.mixed_precision,
        key="training_mixed",
        **_KEPT,
        help="Faster on recent graphics cards; it makes no difference for the better on most processors.",
    )
    return chosen


def _augmentation(named: Wording) -> dict:
    one, two, three, four, five = st.columns(5, vertical_alignment="bottom")
    return {
        "time_shift": one.number_input(
            "Random time shift",
            0.0,
            0.5,
            _DEFAULTS.time_shift,
            0.01,
            key="training_shift",
            **_KEPT,
            help="Share of the width: what a picture shows is not centred to the pixel.",
        ),
        "gain": two.number_input(
            "Random gain",
            0.0,
            1.0,
            _DEFAULTS.gain,
            0.05,
            key="training_gain",
            **_KEPT,
            help="Louder and quieter by chance.",
        ),
        "zoom": three.number_input(
            "Zoom",
            0.0,
            0.5,
            _DEFAULTS.zoom,
            0.05,
            key="training_zoom",
            **_KEPT,
            help=f"Off: it changes {named.zoomed}.",
        ),
        "mirror": four.toggle(
            "Mirror",
            _DEFAULTS.mirror,
            key="training_mirror",
            **_KEPT,
            help=f"Off: {named.mirrored}.",
        ),
        "centring": five.selectbox(
            "Take out of each picture",
            list(words.CENTRINGS),
            format_func=words.CENTRINGS.__getitem__,
            key="training_centring",
            **_KEPT,
        ),
    }


def _parts(dataset: Dataset) -> dict:
    split = split_choice(dataset)
    one, two, three, four = st.columns(4)
    own = "split" in dataset.samples and dataset.samples["split"].isin(["train", "validation", "test"]).any()
    unused = own and split["split_by"] == "glitch"
    note = "Not used where the data set brings parts of its own." if unused else "Of the samples."
    return {
        **split,
        "validation_share": one.number_input(
            "Share to validate on",
            0.05,
            0.4,
            _DEFAULTS.validation_share,
            0.05,
            key="training_validation",
            **_KEPT,
            help=note,
        ),
        "test_share": two.number_input(
            "Share to test on", 0.0, 0.4, _DEFAULTS.test_share, 0.05, key="training_test", **_KEPT, help=note
        ),
        "seed": int(three.number_input("Seed", 0, 2**31 - 1, _DEFAULTS.seed, key="training_seed", **_KEPT)),
        "device": four.selectbox(
            "Device",
            ("auto", "cpu", "cuda", "mps"),
            key="training_device",
            **_KEPT,
            help="“auto” takes a graphics card where there is one.",
        ),
    }


def _key(dataset: Dataset, params: TrainParams, runs: Sequence[Run], labels: TrainingLabels | None) -> str:
    read = "" if labels is None else labels.fingerprint
    return fingerprint(dataset.fingerprint, asdict(params), [(run.name, run.epochs_done) for run in runs], read)


@st.cache_data(max_entries=32, show_spinner=False)
def _plan(
    key: str, _dataset: Dataset, _params: TrainParams, _runs: tuple[Run, ...], _labels: TrainingLabels | None
) -> Plan:
    return plan_training(_dataset, _params, _runs, labels=_labels)
