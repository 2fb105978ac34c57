"""The project's words, each with one meaning: for the "?" on the screens, and for docs/glossary.md.

Streamlit and Markdown show these texts, so they hold plain Markdown. ``tools/write_glossary.py`` writes the page; a
test says that the page and this module agree.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Term:
    """One word of the project, as it stands on the screens, in the code and in the documents.

    Attributes:
        meaning: one or two sentences.
        avoid: what not to call it, or what else the word must not mean; may be empty.
        planned: it belongs to a part that is not built yet.
        of_pictures: the meaning where the data set holds ordinary pictures, where it is another one.
    """

    word: str
    meaning: str
    avoid: str = ""
    planned: bool = False
    of_pictures: str = ""


TERMS = (
    Term(
        word="data set",
        meaning="Samples, their pictures and their labels, as they were brought: a folder, a file or a table. It is "
        "only ever read. What is made of it, and what people say about it, lies in its workspace.",
    ),
    Term(
        word="sample",
        meaning="One labelled thing: a glitch, with all of its views. It is known by its `sample_id`: the Gravity Spy "
        "id, or, in a plain folder, the picture’s path without its suffix.",
        of_pictures="One labelled thing, with all of its pictures. It is known by its `sample_id`: in a plain folder, "
        "the picture’s path without its suffix.",
        avoid="item, row",
    ),
    Term(
        word="view",
        meaning="One picture of a sample. A glitch has up to four, named by how many seconds they show: 0.5, 1.0, 2.0 "
        "and 4.0. An ordinary picture is the only view of its sample.",
        of_pictures="One picture of a sample. An ordinary picture is the only view of its sample.",
    ),
    Term(
        word="strain",
        meaning="What a gravitational-wave detector measures, sample by sample: by how much its arms change their "
        "lengths, as a share of them. A glitch’s views are drawn from it.",
    ),
    Term(
        word="trigger",
        meaning="A moment at which a search found something in the strain (Omicron, for glitches): its GPS time, its "
        "loudness and its frequency. It becomes a sample when its views are drawn.",
        avoid="event",
    ),
    Term(
        word="label",
        meaning="What a person called the sample. The taxonomy lists the labels that are allowed, with a description "
        "and the labels that look alike.",
        avoid="“class” on the screens",
    ),
    Term(
        word="label now",
        meaning="The decided label where there is one, else the label as it was brought.",
        avoid="true label",
    ),
    Term(
        word="reading",
        meaning="The labels as one chooses to look at them: as they were brought, as they are now with what was "
        "decided, as you would have them, with what you proposed on top, or under the changed taxonomy, with its "
        "accepted merges, splits and new names. It changes no label; what is decided later is in it once you have the "
        "labels read again.",
    ),
    Term(
        word="embedding",
        meaning="What a network makes of the pictures: a row of numbers for each sample. Samples that look alike to "
        "the network have rows that are alike.",
    ),
    Term(
        word="neighbours",
        meaning="The samples that are nearest to a sample in the embedding. They are found once, and used by the "
        "layout, by the suspects and by a sample’s own page.",
    ),
    Term(
        word="layout",
        meaning="The places of the samples on the map, made by UMAP from their neighbours. Near means alike. How far "
        "apart two islands lie, and how large they are, means little, and nothing where the islands are packed: the "
        "layout is for finding one’s way, and the evidence comes from the embedding.",
        avoid="for the form of a file or folder say *source form*",
    ),
    Term(
        word="clustering",
        meaning="Islands on the map, or piles of look-alikes, that the computer found (HDBSCAN). Each cluster has a "
        "number; a sample that belongs to none is noise, -1. Other seeds give somewhat other clusters, so each shows "
        "how stable it is.",
    ),
    Term(
        word="suspect",
        meaning="A sample whose label the embedding contradicts. Its score says how much, its chance how likely the "
        "label is to be wrong. A suspect is a reason to look, not a mistake.",
    ),
    Term(
        word="random sample",
        meaning="On Suspects, samples that are drawn by chance, flagged or not, by their names alone. What people "
        "judge them to be says how many labels are wrong in all, with an interval; no ranking can.",
    ),
    Term(
        word="slice",
        meaning="Suspects of one kind, called A and looking like B, in one week, detector, observing run or quarter of "
        "the SNR, or of one annotator, where that is more of them than chance would put there.",
        of_pictures="Suspects of one kind, called A and looking like B, of one annotator, where that is more of them "
        "than chance would put there.",
    ),
    Term(
        word="selection",
        meaning="A set of samples, and how it was made: a lasso, filters, a cluster or a click, and on which layout.",
    ),
    Term(
        word="proposal",
        meaning="“This sample should have that label, because …”: one row in the ledger, by a reviewer, from a "
        "selection. It changes nothing in the data set, and can be taken back.",
        avoid="correction, for a single proposal",
    ),
    Term(
        word="judgement",
        meaning="What somebody said about a suspect: accept the suggested label, keep the label, unsure, or skip. It "
        "stands in the ledger beside the proposals.",
        avoid="verdict",
    ),
    Term(
        word="review",
        meaning="Another person’s answer to a proposal: accept, reject, unsure, or another label. It is given blind: "
        "first the reviewer’s own label, then the proposal is shown. Nobody reviews a proposal of his own.",
        avoid="verdict",
    ),
    Term(
        word="comment",
        meaning="What somebody says about a sample, a saved selection, a cluster or a conflict, or in answer to what "
        "another said. It may ask a person to look, and counts for no label.",
        avoid="note, for what is said to others",
    ),
    Term(
        word="decision",
        meaning="What follows from proposals and reviews. A sample is decided when enough people stand for one label, "
        "two unless the rule says otherwise, and nobody stands for another. A moderator decides alone, with a reason, "
        "and can reopen what was decided.",
    ),
    Term(
        word="verdict",
        meaning="What the audit says of a failure mode: supported, not supported, or cannot tell.",
        avoid="for what people say: that is a judgement or a review",
    ),
    Term(
        word="training run",
        meaning="One training of a classifier, with its parameters, curves, weights and answers in a folder of its "
        "own. One that was stopped can be resumed.",
        avoid="“run” alone",
    ),
    Term(
        word="split in time",
        meaning="Glitches dealt out by their time: the latest are judged on, those before say when to stop, the others "
        "are learnt from, and a gap lies between the parts whose glitches nobody learns or is judged by. It is harder "
        "than dealing at random, because the detectors change.",
    ),
    Term(
        word="rare labels",
        meaning="The third of the labels with the fewest glitches in all parts of the split together. Their mean F1 "
        "stands apart: accuracy hides them.",
    ),
    Term(
        word="model card",
        meaning="A page about a classifier that goes where it goes: what it is for, how it does on pictures from "
        "elsewhere, what it learnt from, its figures with their intervals, and its limits.",
    ),
    Term(
        word="observing run",
        meaning="A stretch of months in which the detectors take data: O1, O2, O3a …",
        avoid="“run” alone",
    ),
    Term(
        word="label agreement",
        meaning="How well clusters and labels go together.",
        avoid="“agreement” alone",
    ),
    Term(
        word="people’s agreement",
        meaning="How often reviewers give the same label to the same sample.",
        avoid="“agreement” alone",
    ),
    Term(
        word="volunteers’ votes",
        meaning="What the volunteers of a citizen-science project said of a sample, read from their project’s export.",
        avoid="“votes” alone",
    ),
    Term(
        word="neighbours’ vote",
        meaning="Which labels the neighbours of a sample have.",
        avoid="“votes” alone",
    ),
    Term(
        word="ledger",
        meaning="The table of everything that people said and decided: who, when, on what, and why. Rows are only ever "
        "added; taking something back is another row.",
    ),
    Term(
        word="workspace",
        meaning="The folder that belongs to a data set. Its `cache` can always be computed again; its ledger, "
        "`corrections.duckdb`, cannot.",
    ),
    Term(
        word="purity",
        meaning="The share of a cluster’s samples that carry its commonest label: 100 % where all have one label.",
    ),
    Term(
        word="entropy",
        meaning="How mixed the labels of a cluster are, in bits: 0 where there is one label, 1 for two that are "
        "equally common.",
    ),
    Term(
        word="effective labels",
        meaning="How many equally common labels would be as mixed as these: 2 to the entropy.",
    ),
    Term(
        word="stability",
        meaning="How much of a cluster is found again when the computer starts anew or leaves some samples out: 1 is "
        "all of it.",
    ),
    Term(
        word="Jaccard",
        meaning="How much two groups overlap: samples in both, as a share of the samples in either.",
    ),
    Term(
        word="interval",
        meaning="Between these two numbers the true value probably lies: in about 95 of 100 such cases.",
    ),
    Term(
        word="bootstrap",
        meaning="The figure is worked out again on many random draws of the same samples, to see how far it varies.",
    ),
    Term(
        word="p-value",
        meaning="How often luck alone would give as much as was found. Small: luck would rarely do it.",
    ),
    Term(
        word="false discovery",
        meaning="The share of finds that are expected to be luck. At 5 %, about one find in twenty.",
    ),
    Term(
        word="rank correlation",
        meaning="How well two orders go together: 1 is the same order, 0 is no connection, -1 is the reverse.",
    ),
    Term(
        word="adjusted Rand index",
        meaning="On how many pairs of samples two groupings agree, together or apart: 0 by luck, 1 for the same "
        "grouping. Also called ARI.",
    ),
    Term(
        word="mutual information",
        meaning="How much knowing one thing tells of another, in bits: 0 is nothing. Scaled from 0 to 1 it is called "
        "NMI, corrected for luck AMI.",
    ),
    Term(
        word="homogeneity",
        meaning="Whether each cluster holds one label only: 1 if so, 0 where knowing the cluster tells nothing of the "
        "label.",
    ),
    Term(
        word="completeness",
        meaning="Whether each label lies in one cluster only: 1 if so.",
    ),
    Term(
        word="V-measure",
        meaning="Homogeneity and completeness in one number, which is low where either is low.",
    ),
    Term(
        word="trustworthiness",
        meaning="Whether samples that are near on the map, spread out, also look alike to the computer: 1 if all do.",
    ),
    Term(
        word="continuity",
        meaning="Whether samples that look alike to the computer are also near on the map, spread out: 1 if all are.",
    ),
    Term(
        word="kappa",
        meaning="How often two people agree beyond what luck would give: 1 is always, 0 is no more than luck.",
    ),
    Term(
        word="Krippendorff’s alpha",
        meaning="How often several people agree beyond what luck would give: 1 is always, 0 is no more than luck.",
    ),
    Term(
        word="classifier",
        meaning="A program that names samples after it was shown examples. One that guesses between two names is "
        "right half of the time.",
    ),
    Term(
        word="calibrated",
        meaning="As sure as it is right: of 100 samples that a classifier is 80 % sure of, 80 are so. One that is too "
        "sure names as many rightly and gives percentages that are too high.",
    ),
    Term(
        word="strangeness",
        meaning="How far a sample lies from all that a classifier knows, or how little any label is meant: 0 to 100, "
        "by how few of the glitches that were held out are stranger. Above the limit it is unlike anything known.",
    ),
    Term(
        word="gradient",
        meaning="A change in small steps from one end to the other, without a gap.",
    ),
    Term(
        word="over-splitting",
        meaning="One kind of sample under several labels.",
    ),
    Term(
        word="over-compression",
        meaning="Several kinds of samples under one label.",
    ),
    Term(
        word="standard deviation",
        meaning="How far values usually lie from their middle.",
    ),
    Term(
        word="known sample",
        meaning="A sample whose label is decided. Moderators may have some mixed into what people are asked about, to "
        "see how many each names right; Practice asks about known samples openly.",
    ),
    Term(
        word="likeness search",
        meaning="Samples in the order of how much they are like some samples and unlike others.",
    ),
    Term(
        word="release",
        meaning="A frozen, named state of the labels that can be cited, with its difference to the one before.",
    ),
    Term(
        word="coupling",
        meaning="A family of glitches goes with a channel of the detector: its rate is higher, or lower, when the "
        "channel is. It says what to look at, and nothing of what makes the glitches.",
        avoid="cause, drives",
    ),
    Term(
        word="channel",
        meaning="What a detector records beside the strain, such as how the ground moves: `L1:PEM-WIND_MPH`.",
    ),
    Term(word="state", meaning="Something of a detector that is on or off: a flag, or a channel above a threshold."),
    Term(word="livetime", meaning="When the detector observed. Rates count glitches by the hour of it."),
    Term(word="safe", meaning="A channel that does not see the strain itself. An unsafe one does, and is left out."),
    Term(word="deadtime", meaning="The share of the livetime that a veto takes; windows that overlap count once."),
    Term(word="efficiency", meaning="The share of the glitches that a veto removes. A random veto’s is its deadtime."),
    Term(word="overlap", meaning="The share of a family’s glitches that a signal could pass through.", avoid="loss"),
    Term(word="volume-time", meaning="The cubed range of a detector, summed over time: how much space it watched."),
    Term(
        word="impact",
        meaning="What a family of glitches costs: time, signals, volume and people’s work. There is no single figure.",
        avoid="harm, blame",
    ),
    Term(word="place", meaning="Of a family in the ranking; families that cannot be told apart may share one."),
    Term(word="label doubt", meaning="The share of a family’s glitches whose label is disputed."),
    Term(word="quiet reference", meaning="The level that a channel stays below for a tenth of its time."),
    Term(
        word="preventable share",
        meaning="The share of a family’s glitches that would be missing if a group of channels never rose above its "
        "quiet reference, by a regression. What quieting it would do, only an experiment tells.",
    ),
    Term(
        word="skill",
        meaning="How much better a model foresees held-out blocks of time than the hour of the day alone. It counts "
        "only where labels shifted by whole days do not give as much; without it nothing is explained.",
    ),
    Term(
        word="SHAP value",
        meaning="What one feature adds to what a model foresees of one minute: it says what the model uses.",
        avoid="cause, drives",
    ),
)

_MEANINGS = {term.word: term.meaning for term in TERMS}
_OF_PICTURES = _MEANINGS | {term.word: term.of_pictures for term in TERMS if term.of_pictures}


def meaning(word: str, *, of_pictures: bool = False) -> str:
    """Return the meaning of one of the project's words, for the "?" beside it; raises KeyError if it has none.

    ``of_pictures`` asks for its meaning where the data set holds ordinary pictures.
    """
    return (_OF_PICTURES if of_pictures else _MEANINGS)[word]
