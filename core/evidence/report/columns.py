"""Which columns of each table the report's page shows, and under which headings."""

from __future__ import annotations

from core.evidence.report.tables import Column, measure, number, share, text, whole, yes

_WILSON = ("purity_low", "purity_high")
CLUSTER_COLUMNS = (
    Column("cluster", "cluster", text),
    Column("n", "samples", whole),
    Column("glitches", "glitches", whole),
    Column("top_label", "commonest label", text),
    Column("purity", "purity", share, _WILSON),
    Column("ambiguity", "ambiguity", whole),
    Column("entropy_corrected", "entropy, bits", number, ("entropy_low", "entropy_high")),
    Column("effective_labels", "effective labels", number, ("effective_low", "effective_high")),
    Column("null_entropy", "entropy by chance", number),
    Column("q_value", "q value", number),
    Column("stability", "stability", number, ("stability_low", "stability_high")),
    Column("top_view", "commonest view", text),
    Column("view_purity", "view purity", share),
    Column("top_detector", "commonest detector", text),
    Column("detector_purity", "detector purity", share),
)
LABEL_COLUMNS = (
    Column("label", "label", text),
    Column("n", "samples", whole),
    Column("glitches", "glitches", whole),
    Column("main_cluster", "main cluster", text),
    Column("main_share", "share in it", share, ("main_low", "main_high")),
    Column("effective_clusters", "effective clusters", number),
    Column("noise_share", "in no cluster", share),
    Column("wrong_share", "estimated wrong", share, ("wrong_low", "wrong_high")),
    Column("withheld", "too few to say", yes),
)
CONFOUNDING_COLUMNS = (
    Column("factor", "factor", text),
    Column("values", "values", whole),
    Column("bits", "shared bits", number),
    Column("share", "share of its entropy", share),
    Column("chance_share", "by chance", share),
    Column("p_value", "p value", number),
    Column("purity", "clusters' purity", share, _WILSON),
    Column("chance_purity", "by chance", share),
    Column("whole_share", "glitches in one cluster", share),
    Column("dominates", "dominates", yes),
)
SUSPECT_COLUMNS = (
    Column("sample_id", "sample", text),
    Column("label", "label", text),
    Column("suggested", "suggested", text),
    Column("chance_wrong", "chance wrong", share),
    Column("label_probability", "label’s probability", share),
    Column("suggested_probability", "suggested one’s", share),
    Column("neighbour_disagreement", "neighbours that disagree", share),
    Column("flagged", "flagged", yes),
)
TWIN_COLUMNS = (
    Column("first", "first", text),
    Column("second", "second", text),
    Column("kind", "kind", text),
    Column("distance", "distance", number),
    Column("label_first", "label of the first", text),
    Column("label_second", "of the second", text),
    Column("conflict", "labels differ", yes),
    Column("split_first", "split of the first", text),
    Column("split_second", "of the second", text),
    Column("leak", "leak", yes),
)
OUTLIER_COLUMNS = (
    Column("sample_id", "sample", text),
    Column("label", "label", text),
    Column("outlier_score", "outlier score", number),
    Column("distance", "distance to neighbours", number),
    Column("chance", "chance", number),
)
VERDICT_COLUMNS = (
    Column("mode", "failure mode", text),
    Column("subject", "where", text),
    Column("verdict", "verdict", text),
    Column("in_short", "in short", text),
    Column("advice", "what to do", text),
    Column("sentence", "why", text),
)
SEGMENT_COLUMNS = (
    Column("drift", "drift", text),
    Column("start", "from", number),
    Column("stop", "to", number),
    Column("n", "samples", whole),
    Column("top_label", "commonest label", text),
    Column("expected_wrong", "seen to be wrong", share, ("expected_wrong_low", "expected_wrong_high")),
    Column("differing", "other labels", share, ("differing_low", "differing_high")),
    Column("suggestion", "suggestion", text),
)
ALONG_COLUMNS = (
    Column("drift", "drift", text),
    Column("column", "column", text),
    Column("n", "samples", whole),
    Column("correlation", "rank correlation", number, ("low", "high")),
    Column("explained", "explained by the place", share),
    Column("chance_explained", "by chance", share),
    Column("q_value", "q value", number),
)
DRIFT_ORDER_COLUMNS = (
    Column("drift", "drift", text),
    Column("place", "place", whole),
    Column("sample_id", "sample", text),
    Column("position", "position", number),
    Column("confidence", "confidence", number),
)
OVERALL_COLUMNS = (Column("measure", "measure", text), Column("value", "value", measure, ("low", "high")))
ACT_COLUMNS = (Column("act", "act", text), Column("answer", "answer", text), Column("samples", "samples", whole))
PERSON_COLUMNS = (
    Column("person", "person", text),
    Column("proposals", "proposals", whole),
    Column("judgements", "judgements", whole),
    Column("reviews", "reviews", whole),
    Column("decisions", "decisions", whole),
    Column("changes of the taxonomy", "changes of the taxonomy, and reviews of them", whole),
)
STATE_COLUMNS = (Column("state", "state", text), Column("samples", "samples", whole))
DECIDED_COLUMNS = (
    Column("sample_id", "sample", text),
    Column("brought", "label as brought", text),
    Column("decided", "label decided", text),
    Column("how", "decided by", text),
    Column("by", "who", text),
    Column("on", "on", text),
    Column("reason", "reason", text),
)
CHANGE_COLUMNS = (
    Column("change", "change", text),
    Column("labels", "of", text),
    Column("becomes", "becomes", text),
    Column("state", "state", text),
    Column("proposed by", "proposed by", text),
    Column("decided by", "decided by", text),
    Column("on", "proposed on", text),
    Column("reason", "reason", text),
)


def _three(value: object) -> str:
    """A number with three digits, however small."""
    return "–" if value is None or value != value else f"{value:.3g}"


COST_COLUMNS = (
    Column("detector", "detector", text),
    Column("family", "family", text),
    Column("place", "place by rate", whole),
    Column("rate", "an hour", _three, ("rate_low", "rate_high")),
    Column("deadtime", "deadtime if vetoed, %", _three, ("deadtime_low", "deadtime_high")),
    Column("snr", "SNR share", share, ("snr_low", "snr_high")),
    Column("overlap", "overlap, heavy black holes", share, ("overlap_low", "overlap_high")),
    Column("doubt", "label doubt", share, ("doubt_low", "doubt_high")),
    Column("preventable", "preventable share", share, ("preventable_low", "preventable_high")),
    Column("group", "by quieting", text),
)
