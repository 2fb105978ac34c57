"""The report: whole or not at all, nothing from outside, the audit's numbers, and every text harmless."""

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from core.audit.failure_modes.verdicts import Verdict, verdict_table
from core.dataset.wording import GLITCH_WORDS
from core.errors import Cancelled, GlitchAuditError
from core.evidence.page import content_hash, fill_template
from core.evidence.report import write_report
from core.evidence.report.limits import KEYS, limits_of
from core.evidence.report.tables import Column, ReportTable, number, share, table_html, whole, write_csv
from tests.evidence.report_cases import case_of, drift_of, small_report, some_costs, some_people, suspects_of

LABELS = ["Blip"] * 14 + ["Whistle"] * 6 + ["Tomte"] * 4
CLUSTERS = [0] * 10 + [1] * 10 + [-1] * 4
NASTY = '<img src=x onerror="document.title=1">'


class Page(HTMLParser):
    """What a browser would find in a page: elements with their attributes, and the text outside of scripts."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements, self.words, self._inside = [], [], []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._inside.append(tag)

    def handle_data(self, data):
        if not self._inside or self._inside[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def subject(tmp_path_factory):
    made = small_report(tmp_path_factory.mktemp("corpus") / "corpus", labels=LABELS, clusters=CLUSTERS)
    twins = {"first": ["s0001"], "second": ["s0002"], "kind": ["near"], "distance": [0.02], "label_first": ["Blip"]}
    twins |= {"label_second": ["Tomte"], "conflict": [True], "split_first": [""], "split_second": [""], "leak": [False]}
    verdict = {"mode": "over-splitting", "subject": "cluster 1", "sentence": "The probe scores 0.51.", "numbers": "{}"}
    return replace(
        made,
        suspects=suspects_of(made, np.linspace(0, 0.96, len(LABELS))),
        expected_right=(8.4, 6.0, 11.0),
        twins=pd.DataFrame(twins),
        outliers=pd.DataFrame(
            {"outlier_score": [3.25], "distance": [0.3], "chance": [0.0006]},
            index=pd.Index(["s0003"], name="sample_id"),
        ),
        verdicts=pd.DataFrame([{**verdict, "verdict": word} for word in ("not supported", "supported")]),
        overall={"samples": 24, "homogeneity": 0.514, "homogeneity_interval": (0.41, 0.62), "stability": np.nan},
        label_table=pd.DataFrame(
            {"n": [14], "wrong_share": [0.25], "wrong_low": [0.1], "wrong_high": [0.4]},
            pd.Index(["Blip"], name="label"),
        ),
        confounding=pd.DataFrame(
            {"share": [0.3], "dominates": [True], "sentence": ["Clusters sort detectors."]}, ["detector"]
        ),
        drifts=(drift_of(made), drift_of(made)),
        people=some_people(),
        costs=some_costs(),
        case=case_of(made),
    )


@pytest.fixture(scope="module")
def written(subject, tmp_path_factory):
    path = write_report(subject, tmp_path_factory.mktemp("written") / "out")
    return path, Page(path.read_text(encoding="utf-8"))


@pytest.fixture
def short(subject):
    """The same corpus with three figures only, where the writing itself is tested."""
    return replace(subject, cluster_table=None, drifts=(), case=None)


def test_all_files_are_there_and_nothing_else(written):
    path, page = written
    assert {entry.name for entry in path.parent.iterdir()} == {"report.html", "map.html", "figures", "tables"}
    assert [entry.name for entry in path.parent.parent.iterdir() if entry.name.startswith(".")] == []
    named = set(re.findall(r"(?:figures|tables)/\w+\.(?:png|csv)", page.text))
    on_disk = {f"{entry.parent.name}/{entry.name}" for entry in path.parent.glob("*/*")}
    assert named == on_disk
    assert len([name for name in on_disk if name.startswith("figures/")]) == len(page.of("figure")) == 13
    assert {"drift_1.png", "drift_1_2.png"} <= {entry.name for entry in (path.parent / "figures").iterdir()}


def test_the_page_loads_nothing_and_links_only_to_itself_and_the_map(written):
    _, page = written
    sources = [
        attributes[name] for _, attributes in page.elements for name in ("src", "data", "poster") if name in attributes
    ]
    assert sources and all(source.startswith("data:image/png;base64,") for source in sources)
    assert not page.of("link") and not page.of("iframe") and not page.of("object")
    links = {attributes["href"] for attributes in page.of("a")}
    anchors = {f"#{attributes['id']}" for _, attributes in page.elements if "id" in attributes}
    assert links - anchors == {"map.html"}


def test_its_policy_allows_its_own_script_and_style_only(written):
    path, page = written
    policy = page.of("meta")[-1]["content"]
    script = re.search(r"<script>(.*?)</script>", path.read_text(encoding="utf-8"), re.S)[1]
    style = re.search(r"<style>(.*?)</style>", path.read_text(encoding="utf-8"), re.S)[1]
    assert f"script-src '{content_hash(script)}'" in policy and f"style-src '{content_hash(style)}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_every_section_says_what_its_numbers_do_not_mean(written):
    _, page = written
    assert all(re.sub(r"\s+", " ", words) in page.text for words in (limits_of(key, GLITCH_WORDS) for key in KEYS))


def test_numbers_parameters_and_fingerprints_come_from_the_audit(written, subject):
    _, page = written
    for words in (
        "24 samples with 3 labels in 2 clusters; 4 in no cluster.",
        "Expect 8 of these flags to be right (6 to 11).",
        "this is no estimate of how many are wrong in all",
    ):
        assert words in page.text
    assert "0.51 0.41 to 0.62" in page.text and "25 % 10 % to 40 %" in page.text
    assert "Clusters sort detectors." in page.text and "1 pair of duplicates: 1 with different labels" in page.text
    for value in (*subject.choices.values(), *subject.fingerprints.values(), "Glitch Audit 9.9"):
        assert value in page.text


def test_supported_verdicts_come_first(written):
    _, page = written
    table = page.text[page.text.index("Over-splitting and over-compression") :]
    assert re.search(r"cluster 1 supported .*cluster 1 not supported", table)
    assert "1 supported, 1 not supported." in page.text


def test_clusters_of_supported_verdicts_get_their_own_sheets(tmp_path):
    labels = [f"label {number // 2}" for number in range(40)]
    made = small_report(tmp_path / "corpus", labels=labels, clusters=np.arange(40) // 4)
    verdict = {"mode": "over-splitting", "subject": "cluster 9", "sentence": "s"}
    verdicts = [
        {**verdict, "verdict": "supported", "clusters": "[9, 77]"},
        {**verdict, "verdict": "cannot tell", "clusters": "[8]"},
    ]
    page = Page(
        write_report(replace(made, verdicts=pd.DataFrame(verdicts)), tmp_path / "out").read_text(encoding="utf-8")
    )
    sheets = {attributes["id"] for attributes in page.of("figure") if attributes["id"].endswith("_by_label")}
    assert sheets == {f"figure-cluster_{number}_by_label" for number in (0, 1, 2, 3, 4, 5, 9)} | {"figure-map_by_label"}


def test_tables_hold_all_rows_and_columns(written, subject):
    path, _ = written
    suspects = pd.read_csv(path.parent / "tables" / "suspects.csv", index_col="sample_id")
    expected = subject.suspects.sort_values("score", ascending=False)
    assert suspects.index.tolist() == expected.index.tolist()
    assert np.allclose(suspects["chance_wrong"], expected["chance_wrong"])
    clusters = pd.read_csv(path.parent / "tables" / "clusters.csv", index_col="cluster")
    assert clusters["n"].to_dict() == {0: 10, 1: 10} and clusters.loc[1, "ambiguity"] == 4
    order = pd.read_csv(path.parent / "tables" / "drift.csv")
    assert order["sample_id"].tolist() == 2 * list(subject.samples.index)


def test_texts_of_the_data_stay_texts(tmp_path):
    labels = [NASTY] * 6 + ["</script><script>alert(1)</script>"] * 4 + ["{{style}}"] * 3
    made = small_report(tmp_path / "corpus", labels=labels, ids=[f"{NASTY}{n}" for n in range(13)])
    made = replace(
        made,
        name=NASTY,
        suspects=suspects_of(made, np.linspace(0, 1, 13)),
        choices={NASTY: NASTY},
        overall={NASTY: 1.5},
        verdicts=pd.DataFrame([{"mode": NASTY, "subject": NASTY, "verdict": "supported", "sentence": NASTY}]),
        drifts=(drift_of(made, name=NASTY),),
    )
    source = write_report(made, tmp_path / "out").read_text(encoding="utf-8")
    page = Page(source)
    assert "<img src=x" not in source and len(page.of("script")) == 1
    assert all(set(attributes) <= {"src", "alt"} for attributes in page.of("img"))
    assert NASTY in page.text and "{{style}}" in page.text
    assert source.count(":root {") == 2, "the style is put in once: for light and for dark"


def test_empty_tables_give_a_report_that_says_so(tmp_path):
    made = small_report(
        tmp_path / "corpus", labels=["Blip"] * 5, clusters=[-1] * 5, suspects=pd.DataFrame(), verdicts=None
    )
    page = Page(write_report(made, tmp_path / "out").read_text(encoding="utf-8"))
    assert page.text.count("This was not computed for this report.") >= 4
    assert page.text.count("It was looked into, and nothing was found.") == 1, "suspects"
    assert page.text.count("There are no clusters") == 2, "clusters, and what else they sort"
    assert "No cluster or chain of clusters was found to be a one-dimensional continuum" in page.text
    assert len(page.of("figure")) == 2


@pytest.mark.parametrize("count", [0, 1])
def test_a_report_on_hardly_any_samples(tmp_path, count):
    made = small_report(tmp_path / "corpus", labels=["Blip"] * count, clusters=[-1] * count)
    page = Page(write_report(made, tmp_path / "out").read_text(encoding="utf-8"))
    assert f"{count} sample" in page.text


def test_an_earlier_report_is_replaced_as_a_whole(short, tmp_path):
    first = write_report(short, tmp_path / "out")
    (first.parent / "figures" / "old.png").write_bytes(b"old")
    second = write_report(replace(short, suspects=None, name="second"), tmp_path / "out")
    assert second == first and "Label audit of second" in second.read_text(encoding="utf-8")
    assert not (second.parent / "figures" / "old.png").exists()
    assert not (second.parent / "figures" / "suspects.png").exists()


def test_a_folder_with_other_files_is_left_alone(subject, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").write_text("mine")
    with pytest.raises(GlitchAuditError, match=r"holds other files \(thesis.tex\)"):
        write_report(subject, out)
    assert [path.name for path in out.iterdir()] == ["thesis.tex"]
    with pytest.raises(GlitchAuditError, match="is a file"):
        write_report(subject, out / "thesis.tex")


def test_a_cancelled_report_leaves_the_earlier_one_and_no_rubbish(short, tmp_path):
    before = write_report(short, tmp_path / "out").read_bytes()

    def cancel(done, total):
        if done == 2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        write_report(replace(short, name="other"), tmp_path / "out", on_progress=cancel)
    assert (tmp_path / "out" / "report.html").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_progress_ends_where_it_said(short, tmp_path):
    seen = []
    write_report(short, tmp_path / "out", on_progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][0] == seen[-1][1] and len({total for _, total in seen}) == 1


def test_long_tables_are_cut_on_the_page_and_say_so():
    frame = pd.DataFrame({"n": range(250)}, index=pd.Index(range(250), name="cluster"))
    html = table_html(ReportTable("many", "Many", frame, (Column("n", "samples", whole), Column("absent", "x"))))
    assert html.count("<tr>") == 101 and "100 of 250 rows" in html and ">x<" not in html
    assert 'data-value="99.0"' in html


@pytest.mark.parametrize(
    ("form", "value", "words"),
    [
        (share, 0.5, "50 %"),
        (share, 0.034, "3.4 %"),
        (share, 0, "0 %"),
        (share, np.nan, "–"),
        (number, 1.234, "1.23"),
        (number, 0.00012, "0.0001"),
        (number, 0.0, "0.00"),
        (number, pd.NA, "–"),
        (whole, 12345, "12,345"),
        (whole, np.nan, "–"),
    ],
)
def test_numbers_in_words(form, value, words):
    assert form(value) == words


def test_a_spreadsheet_runs_nothing_from_a_table(tmp_path):
    frame = pd.DataFrame(
        {"label": ["=1+1", "-2", "Blip"], "n": [-1, 2, 3]}, index=pd.Index(["@x", "y", "z"], name="sample_id")
    )
    write_csv(ReportTable("t", "t", frame, ()), tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [["sample_id", "label", "n"], ["'@x", "'=1+1", "-1"], ["y", "'-2", "2"], ["z", "Blip", "3"]]


def test_a_template_takes_each_part_once():
    assert fill_template("{{a}} {{b}} {{a}}", {"a": "{{b}}", "b": "2"}) == "{{b}} 2 {{b}}"
    with pytest.raises(KeyError):
        fill_template("{{c}}", {})


def test_numbers_that_sort_are_plain_json():
    html = table_html(
        ReportTable("t", "t", pd.DataFrame({"n": np.array([1.5], np.float32)}), (Column("n", "n", number),))
    )
    assert json.loads(re.search(r'data-value="([^"]+)"', html)[1]) == 1.5


def test_verdicts_say_in_short_what_they_say_on_screen(tmp_path):
    found = Verdict(
        "over-compression", "not supported", "Figures.", label="Blip", numbers={"parts": []}, labels=("Blip",)
    )
    made = small_report(tmp_path / "corpus", labels=LABELS, clusters=CLUSTERS)
    made = replace(made, verdicts=verdict_table([found]))
    page = Page(write_report(made, tmp_path / "out").read_text(encoding="utf-8"))
    assert "So far one label seems enough for Blip. The computer checked" in page.text and "Figures." in page.text
