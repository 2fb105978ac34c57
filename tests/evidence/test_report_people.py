"""The report's chapter on people and its summary: counts with intervals, a sentence where nothing is, texts inert."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from core.evidence.report import write_report
from core.evidence.report.people import NOBODY, people_section
from core.evidence.report.summary import summary_section
from core.evidence.report_people import ReportPeople
from tests.evidence.report_cases import small_report, some_people, suspects_of
from tests.evidence.test_report import Page

NASTY = '<img src=x onerror="document.title=1">'


def words(section):
    return " ".join((*section.sentences, *(sentence for _, sentences in section.parts for sentence in sentences)))


def test_what_people_did_is_counted_and_has_its_interval():
    said = words(people_section(some_people()))
    assert "2 people took part, 1 of them under a name that was typed and not checked" in said
    assert (
        "between 2026-03-01 and 2026-03-02: 12 proposals, 0 judgements, 9 reviews and 1 decision of moderators" in said
    )
    assert "2 samples are decided, 1 by the rule and 1 by a moderator; 2 of them got another label" in said
    assert "all said the same about 8: 80 % (95 % interval 49 % to 94 %)" in said
    assert "1 conflict is open" in said and "3 samples wait for more people" in said
    assert "1 change of the taxonomy was proposed: 1 in review." in said
    assert "The rule in force: 2 different people agree on one label." in said


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (ReportPeople(rule="two"), NOBODY),
        (ReportPeople(trouble="It is damaged."), "It is damaged."),
        (None, "computed"),
    ],
)
def test_where_there_is_nothing_to_say_one_sentence_says_so(people, said):
    section = people_section(people)
    assert len(section.sentences) == 1 and said in section.sentences[0] and not section.tables


def test_one_of_each_is_said_in_the_singular_and_no_opinions_give_no_share():
    people = some_people()
    people = replace(people, persons=people.persons.head(1), two_opinions=0, agreed=0, last=people.first)
    said = words(people_section(people))
    assert "1 person took part" in said and "on 2026-03-01:" in said and "cannot be told how often" in said


def test_nothing_is_said_of_how_good_anybody_is():
    names = {item.name for item in fields(ReportPeople)}
    shown = {column for name in names for column in getattr(getattr(some_people(), name), "columns", ())}
    assert not any(word in name for name in shown | names for word in ("accuracy", "share", "kappa", "right"))


def test_texts_of_the_ledger_are_inert(tmp_path):
    made = small_report(tmp_path / "corpus", labels=["Blip"] * 6)
    made = replace(made, people=some_people(name=NASTY, reason=NASTY, label=NASTY), cluster_table=None)
    path = write_report(made, tmp_path / "out")
    page = Page(path.read_text(encoding="utf-8"))
    assert page.text.count(NASTY) >= 5
    assert all(attributes.get("src", "").startswith("data:") for attributes in page.of("img"))
    table = (path.parent / "tables" / "decided.csv").read_text(encoding="utf-8")
    assert "onerror" in table


def test_a_name_that_a_spreadsheet_would_run_is_kept_harmless(tmp_path):
    made = small_report(tmp_path / "corpus", labels=["Blip"] * 6)
    made = replace(made, people=some_people(name="=1+1"), cluster_table=None)
    path = write_report(made, tmp_path / "out")
    assert "'=1+1" in (path.parent / "tables" / "people.csv").read_text(encoding="utf-8")


@pytest.fixture
def audited(tmp_path):
    labels = ["Blip"] * 14 + ["Whistle"] * 6
    made = small_report(tmp_path / "corpus", labels=labels, clusters=[0] * 10 + [1] * 10)
    twins = pd.DataFrame({"first": ["a"], "second": ["b"], "kind": ["near"], "conflict": [True], "leak": [False]})
    verdict = {"mode": "over-compression", "verdict": "supported", "labels": '["Blip"]'}
    unsure = {"mode": "over-splitting", "verdict": "cannot tell", "labels": '["Blip", "Whistle"]'}
    return replace(
        made,
        overall={"adjusted_mutual_information": 0.5, "adjusted_mutual_information_interval": (0.4, 0.6)},
        suspects=suspects_of(made, np.linspace(0, 0.96, 20)),
        expected_right=(8.4, 6.0, 11.0),
        twins=twins,
        outliers=pd.DataFrame({"distance": 0.1, "chance": [0.001] * 2 + [0.5] * 18}),
        verdicts=pd.DataFrame([verdict, unsure]),
        people=some_people(),
    )


def test_the_summary_says_what_was_found_in_five_sentences_with_intervals(audited):
    parts = dict(summary_section(audited).parts)
    assert list(parts) == ["What was audited", "What was found", "What was decided", "What this does not say"]
    assert "20 samples with 2 labels" in parts["What was audited"][0]
    agreement, mixed, suspects, modes, repeats = parts["What was found"]
    assert "0.50 (95 % interval 0.40 to 0.60)" in agreement
    assert "cluster for its size is 1: 60 % (95 % interval" in mixed and "called Whistle" in mixed
    assert "about 8 of these flags are expected to be right (95 % interval 6 to 11)" in suspects
    assert "several kinds: Blip." in modes and "In 1 case it cannot be told" in modes and "found nowhere" in modes
    assert "1 pair of samples seems" in repeats and "1 under two labels" in repeats
    assert "10 % of the samples (95 % interval 2.8 % to 30 %)" in repeats
    assert "2 samples are decided" in " ".join(parts["What was decided"])


def test_the_summary_of_what_was_not_looked_into_says_so(tmp_path):
    made = replace(small_report(tmp_path / "corpus", labels=["Blip"] * 6), cluster_table=None)
    parts = dict(summary_section(made).parts)
    assert len(parts["What was found"]) == 5 and all("not" in sentence for sentence in parts["What was found"])
    assert parts["What was decided"] == ("It was not asked what people decided.",)


def test_the_summary_comes_before_the_contents(audited, tmp_path):
    source = write_report(replace(audited, cluster_table=None), tmp_path / "out").read_text(encoding="utf-8")
    assert source.index('id="summary"') < source.index("<nav") < source.index('id="people"')
