"""What each number of the report means and what it does not: one honest paragraph a section."""

from types import MappingProxyType

from core.dataset.wording import Wording

_LIMITS = MappingProxyType(
    {
        "maps": "The map puts samples that the embedding finds alike next to each other, so it is for finding one's "
        "way. Distances between islands, their sizes and their shapes on the page mean little: UMAP stretches and "
        "tears. No number in this report is computed from the map's coordinates unless it says so.",
        "agreement": "These numbers say how well labels and clusters agree, not which of the two is right. Clusters "
        "finer than the labels lower completeness without any mistake having been made, and a large class weighs "
        "more than a small one. Trustworthiness and continuity are about the map alone.",
        "confounding": "A cluster that sorts {recorded} may have been "
        "made by how pictures were taken rather than by what they show. A share above chance shows that such a trace "
        "exists; it does not show that the trace harms: {traced}.",
        "clusters": "Purity and entropy describe the labels inside a cluster as they are, wrong labels included. "
        "Ambiguity ranks large clusters first by their size alone, so read it with the purity's interval. Intervals "
        "cover the chance of the sampling, not a bad embedding; the stability column says how much of a cluster "
        "survives other seeds and subsamples, and an unstable one should carry no claim.",
        "labels": "The estimated share of wrong labels comes from a model that was trained on these same labels and "
        "tested on samples that it had not seen. Where a mistake is made consistently, the model learns it and the "
        "estimate is too low; where the embedding is blind to what tells two labels apart, or nothing tells them "
        "apart, it is far too high. It is withheld for labels with too few samples.",
        "verdicts": "“Supported” means that the numbers meet a rule whose false alarms on simulated data stay at or "
        "below 5 %; it is a reason to look at the pictures and to discuss the taxonomy, not a decision. That nothing "
        "tells two labels apart is said only where a difference along one direction, planted into these very {many}, "
        "would have been seen; the sentence names the smallest such difference, and a smaller one may be there. "
        "“Cannot tell” is not a “no”: there are too few samples for so many numbers, or no physical columns to check "
        "the embedding against.",
        "suspects": "A suspect is a sample whose label the embedding contradicts. Rare classes, unusual examples and "
        "{many} that show two things are contradicted too. The chances are calibrated on average over many "
        "samples, not for each single one, so a person should look before a label changes; where many pictures are "
        "hard to tell apart they are too high. Their sum is no estimate of how many labels are wrong: mistakes that "
        "the embedding finds plausible have a chance near 0, and people make many such.",
        "duplicates": "Near duplicates are closer in the embedding than nearly all other pairs; they may still be "
        "two events. Outliers are far from everything else, which is how both broken pictures and new classes look. "
        "A leak matters only to whoever trains and tests on the split.",
        "drift": "The order along a drift is found in the embedding without looking at labels or physical columns, "
        "so a column that follows it is evidence that the drift is physical. Positions are places along the curve and "
        "not a physical scale, and the agreement says how firmly the order is known. A share of labels seen to be "
        "wrong is the mean of the suspects' chances: no count of mistakes that somebody has found, and without those "
        "that the embedding finds plausible.",
        "people": "These are counts of what people did, and say nothing of how good anybody is at it. The acts count "
        "what was withdrawn later as well, and samples that are no longer in the data set; how far the samples are "
        "counts what stands. That people agree does not make them right: they see the same pictures, and whoever "
        "proposed a label may have been shown it by the computer. A name that was typed proves nothing.",
        "costs": "No single number says what a glitch costs, and what a family costs is not what it is to blame for. "
        "Deadtime is what vetoing would take, overlap is a matter of bands and no loss, and a preventable share is "
        "what a regression expects if a group of channels never rose above its quiet tenth: what quieting it would do, "
        "only an experiment tells. Shares of several groups must not be added. A model that is named here uses "
        "a channel; whether the channel makes the glitches it does not say.",
        "provenance": "The fingerprints are hashes of the content and the parameters of each step: the same "
        "fingerprint means the same result, and another one means that something before it has changed. They say "
        "nothing about whether the choice of parameters was a good one.",
    }
)
"""By section; in braces what the data set's own words stand for."""


KEYS = tuple(_LIMITS)
"""The sections that have a paragraph."""


def limits_of(key: str, words: Wording) -> str:
    """Return the paragraph of a section, in the words of the data set."""
    return _LIMITS[key].format(recorded=words.recorded, traced=words.traced, many=words.many)
