"""The form for backbone, unit, layout and clusters, with the defaults explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import streamlit as st

from core.dataset import GLITCHES, KINDS, PICTURES
from core.embed.backbones import GENERAL_DEFAULT
from core.embed.model import PRECISIONS, SAMPLE_UNITS, EmbedParams
from core.jobs.job import job_status
from core.jobs.starting import BUSY
from core.pipeline.settings import Settings, with_kind
from core.space.clustering import METHODS, SPACES, ClusterParams, default_cluster_params
from core.space.layout import METRICS, LayoutParams
from core.workspace import Workspace
from pages.parts.desk.acts import ask_for_results, vectors_file
from pages.parts.desk.state import change_panel, panel, take_from_panel

_UNIT_NAMES = {"glitch": "a sample (its views joined)", "picture": "a picture (as the reference audit counted)"}


@dataclass(frozen=True)
class SettingsState:
    """What the session remembers of the form.

    Attributes:
        pressed: whether its button was pressed, and nothing was said of it yet.
        started: the job that this session started last.
    """

    pressed: bool = False
    started: str | None = None


_KIND_NAMES = {GLITCHES: "spectrograms of glitches", PICTURES: "ordinary pictures"}


def settings_form(
    settings: Settings, *, recognised: str, samples: int, pictures: int, backbones: Sequence[str]
) -> Settings | None:
    """Show the settings; returns the new ones when the button is pressed, None otherwise.

    ``recognised`` is the kind that the data set was recognised as.

    Raises:
        GlitchAuditError: the button was pressed, and these settings cannot be used.
    """
    with st.form("settings_form"):
        # Without pictures there is nothing to embed.
        embed, kind = asdict(settings.embed), settings.kind
        if pictures:
            embed, kind = _embedding(settings, backbones), _kind(settings, recognised)
        vectors = _vectors(settings, instead="" if pictures else " of the table's own")
        with st.expander("Layout (UMAP): how the map is drawn"):
            layout = _layout(settings.layout)
        count = pictures if embed["unit"] == "picture" else samples
        with st.expander("Clusters (HDBSCAN): which samples belong together"):
            clustering = _clustering(settings.clustering, count)
        pressed = st.form_submit_button(
            "Prepare the map", type="primary", icon=":material/play_arrow:", on_click=_note_press
        )
    if not pressed:
        return None
    chosen = Settings(
        embed=EmbedParams(**embed),
        layout=LayoutParams(**layout),
        clustering=ClusterParams(**clustering) if clustering else None,
        vectors=vectors_file(vectors, kept=settings.vectors),
        kind=settings.kind,
    )
    if chosen.embed.backbone == settings.embed.backbone:
        # A backbone that was chosen by itself goes with the kind; one that was named in the same act stays.
        return with_kind(chosen, kind, recognised=recognised)
    return replace(chosen, kind=kind)


def ask_and_note(workspace: Workspace, chosen: Settings) -> None:
    """Ask for results with the chosen settings, and draw the page anew with the work under way.

    Raises:
        GlitchAuditError: the settings cannot be used, the workspace not be written, or the role does not allow it.
    """
    if ask_for_results(workspace, chosen) == BUSY:
        say_if_not_taken(workspace)
        return
    change_panel(SettingsState, pressed=False, started=job_status(workspace).token)
    st.rerun()


def say_if_not_taken(workspace: Workspace) -> None:
    """While work is under way: warn whoever pressed the button a moment after somebody else had."""
    pressed = take_from_panel(SettingsState, "pressed")
    if pressed and panel(SettingsState).started != job_status(workspace).token:
        st.warning("Work on this data set had just been started elsewhere: your settings were not taken.")


def _note_press() -> None:
    change_panel(SettingsState, pressed=True)


def _kind(settings: Settings, recognised: str) -> str:
    kind: str = st.selectbox(
        "The pictures are",
        ("", *KINDS),
        index=("", *KINDS).index(settings.kind),
        format_func=lambda kind: _KIND_NAMES.get(kind, f"as recognised: {_KIND_NAMES[recognised]}"),
        help="Spectrograms are read as energy and shown in viridis. Ordinary pictures keep their colours, on screen "
        f"and for the network, and {GENERAL_DEFAULT} looks at them unless another backbone is chosen.",
    )
    if kind != settings.kind:
        st.caption(
            "Takes effect, and is kept, when you press the button that prepares the map; the network that suits them "
            "comes with it, unless you chose one."
        )
    return kind


def _embedding(settings: Settings, backbones: Sequence[str]) -> dict:
    left, middle, right = st.columns(3)
    offered = list(dict.fromkeys((*backbones, settings.embed.backbone)))
    backbone = left.selectbox(
        "Backbone",
        offered,
        index=offered.index(settings.embed.backbone),
        accept_new_options=True,
        help="glitch-resnet18 was trained on simulated glitches, comes with the project and works offline. "
        "imagenet-lite0 was trained on everyday photographs (ImageNet), sees colours, and works offline once its "
        "weights are installed; those of resnet18 and resnet50 are downloaded at first use. Any model of timm can be "
        "typed, such as timm:convnext_tiny; it is downloaded, too.",
    )
    unit = middle.selectbox(
        "A row of the embedding is",
        SAMPLE_UNITS,
        index=SAMPLE_UNITS.index(settings.embed.unit),
        format_func=lambda name: _UNIT_NAMES[name],
        help="A sample may have several pictures, its views. Counting each view as a sample of its own mostly sorts "
        "pictures by view; it is here to repeat the reference audit.",
    )
    precision = right.selectbox(
        "Arithmetic",
        PRECISIONS,
        index=PRECISIONS.index(settings.embed.precision),
        help="float32 is the default. bfloat16 is faster on recent processors; cosines stay above 0.999, "
        "of imagenet-lite0 above 0.99.",
    )
    return {"backbone": backbone, "unit": unit, "precision": precision}


def _vectors(settings: Settings, *, instead: str) -> str:
    return st.text_input(
        f"Ready-made embeddings or 2-D coordinates instead{instead} (optional)",
        value=settings.vectors,
        placeholder="path of a .npy, .parquet or .csv file",
        help="A path on the computer that runs Glitch Audit; ~ is its home folder. Rows are matched by sample id or "
        "file name. Two columns are taken as the map itself.",
    )


def _layout(params: LayoutParams) -> dict:
    st.caption(
        "The defaults are the reference audit's, so that maps can be compared. The map never counts as evidence."
    )
    one, two, three, four = st.columns(4)
    return {
        "n_neighbors": one.number_input(
            "n_neighbors", 2, 500, params.n_neighbors, help="Few show detail, many the large forms. Default 30."
        ),
        "min_dist": two.number_input(
            "min_dist", 0.0, 1.0, params.min_dist, 0.05, help="How close points may lie on the map. Default 0.1."
        ),
        "metric": three.selectbox("metric", METRICS, index=METRICS.index(params.metric), help="Default cosine."),
        "seed": four.number_input("seed", 0, 2**31 - 1, params.seed, help="The same seed gives the same map."),
    }


def _clustering(params: ClusterParams | None, samples: int) -> dict | None:
    defaults = default_cluster_params(samples)
    st.caption(
        f"By default clusters have at least {defaults.min_cluster_size} of these {samples:,} samples (one 150th, from "
        "8 up to the reference audit's 50) and are found in a 10-D UMAP with min_dist 0, which keeps density better "
        "than the map does. The reference audit clustered the 2-D map itself."
    )
    automatic = st.toggle("Sizes that suit the number of samples", value=params is None)
    shown = params or defaults
    one, two, three, four = st.columns(4)
    chosen = {
        "min_cluster_size": one.number_input("min_cluster_size", 2, 10_000, shown.min_cluster_size),
        "min_samples": two.number_input("min_samples", 1, 10_000, shown.min_samples),
        "space": three.selectbox("space", SPACES, index=SPACES.index(shown.space)),
        "method": four.selectbox("method", METHODS, index=METHODS.index(shown.method)),
    }
    st.caption("With “Sizes that suit …” on, the four values are not used.")
    return None if automatic else chosen
