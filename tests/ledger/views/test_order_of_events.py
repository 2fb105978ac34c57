"""Random days at the desk: the states agree with a plain replay, and do not depend on who wrote first elsewhere."""

import random

import pytest

from core.errors import GlitchAuditError
from core.ledger import sample_states

PEOPLE = ("Ada", "Ben", "Cleo", "Mo")
LABELS = ("Whistle", "Helix")
SAMPLES = ("a", "b", "c", "d")
COLUMNS = ["state", "label", "for_label", "people_for", "people_against", "people", "decided_by"]


def random_sentence(chance):
    name = chance.choice(PEOPLE)
    verbs = ["proposes", "accepts", "accepts", "rejects", "wants", "doubts", "keeps", "skips", "withdraws", "restores"]
    verb = chance.choice([*verbs, "decides", "reopens", "reopens"] if name == "Mo" else verbs)
    whose, label = chance.choice(PEOPLE), chance.choice(LABELS)
    words = {
        "proposes": [label],
        **{review: [whose] for review in ("accepts", "rejects", "doubts")},
        "wants": ["Tomte", "not", whose],
        "decides": [label],
    }
    return " ".join([name, verb, *words.get(verb, [])])


def possible_day(desk, sample_id, chance, *, length):
    """Tells the desk random sentences; those that it refuses are left out of the day."""
    day = []
    while len(day) < length:
        sentence = random_sentence(chance)
        try:
            desk.tell(sample_id, sentence)
        except GlitchAuditError:
            continue
        day.append(sentence)
    return day


class Replay:
    """The state of one sample, by going through what was said in order, with nothing of the ledger's SQL."""

    def __init__(self, day):
        self.said, self.latest, self.written, self.withdrawn = [], {}, {}, {}
        for sentence in day:
            name, verb, *words = sentence.split()
            getattr(self, verb)(name, *words)

    def add(self, name, kind, label, **more):
        entry = {"who": name, "kind": kind, "label": label, "stands": True} | more
        self.said.append(entry)
        self.written.setdefault(name, []).append(entry)
        return entry

    def proposes(self, name, label):
        self.latest[name] = self.add(name, "proposal", label)

    def on(self, name, whose, label, against=None):
        self.add(name, "review", label, against=against, about=self.latest[whose])

    def accepts(self, name, whose):
        self.on(name, whose, self.latest[whose]["label"])

    def rejects(self, name, whose):
        self.on(name, whose, "Blip", self.latest[whose]["label"])

    def doubts(self, name, whose):
        self.on(name, whose, None)

    def wants(self, name, label, _, whose):
        self.on(name, whose, label)

    def keeps(self, name, label="Blip"):
        for entry in self.said:
            if entry["kind"] == "judgement" and entry["who"] == name:
                entry["stands"] = False
        self.add(name, "judgement", label)

    def skips(self, name):
        self.keeps(name, None)

    def decides(self, name, label):
        self.add(name, "decide", label)

    def reopens(self, name):
        self.add(name, "reopen", None)

    def withdraws(self, name):
        entry = self.written[name].pop()
        entry["stands"] = False
        if entry["kind"] == "proposal":
            self.withdrawn.setdefault(name, []).append(entry)

    def restores(self, name):
        old = self.withdrawn[name].pop()
        new = self.add(name, "proposal", old["label"])
        old["now"], self.latest[name] = new, new

    def proposal_of(self, entry):
        proposal = entry["about"]
        while "now" in proposal:
            proposal = proposal["now"]
        return proposal

    def state(self):
        rulings = [entry for entry in self.said if entry["kind"] in ("decide", "reopen") and entry["stands"]]
        reopenings = [entry["kind"] == "reopen" and entry["stands"] for entry in self.said]
        reopened = max((place for place, is_one in enumerate(reopenings) if is_one), default=-1)
        stands_for = {}
        current = {}
        for place, entry in enumerate(self.said):
            if entry["kind"] == "review" and entry["stands"] and self.proposal_of(entry)["stands"]:
                current[entry["who"], id(self.proposal_of(entry))] = place
        for place, entry in enumerate(self.said):
            if place <= reopened or not entry["stands"] or entry["kind"] in ("decide", "reopen"):
                continue
            if entry["kind"] == "review" and place not in current.values():
                continue
            own = stands_for.get(entry["who"])
            if entry["label"] is None or (entry.get("against") and own not in (None, entry["against"])):
                continue
            stands_for[entry["who"]] = entry["label"]
        return self.summed_up(stands_for, rulings[-1] if rulings else {"kind": ""})

    def summed_up(self, stands_for, ruling):
        people = {}
        for name, label in stands_for.items():
            people.setdefault(label, []).append(name)
        leading = min(people, key=lambda label: (-len(people[label]), label), default="")
        if ruling["kind"] == "decide":
            leading = ruling["label"]
        names = sorted(people.get(leading, []))
        against = len(stands_for) - len(names)
        if ruling["kind"] == "decide":
            return ["decided", leading, leading, len(names), against, ", ".join(names), "moderator"]
        if len(names) >= 2 and not against:
            return ["decided", leading, leading, len(names), 0, ", ".join(names), "rule"]
        state = "conflict" if against else "in review" if names else "reopened" if ruling["kind"] else "open"
        return [state, "", leading, len(names), against, ", ".join(names), ""]


@pytest.mark.parametrize("seed", range(4))
def test_any_interleaving_of_days_on_different_samples_gives_the_states_of_a_plain_replay(new_desk, seed):
    chance = random.Random(seed)
    desk = new_desk()
    days = {sample_id: possible_day(desk, sample_id, chance, length=10) for sample_id in SAMPLES}
    expected = {sample_id: Replay(day).state() for sample_id, day in days.items()}
    first = sample_states(desk.ledger)[COLUMNS]
    assert {sample_id: first.loc[sample_id].tolist() for sample_id in SAMPLES} == expected, days

    turns = [sample_id for sample_id, day in days.items() for _ in day]
    chance.shuffle(turns)
    again, rest = new_desk(), {sample_id: iter(day) for sample_id, day in days.items()}
    for sample_id in turns:
        again.tell(sample_id, next(rest[sample_id]))
    assert sample_states(again.ledger)[COLUMNS].equals(first)
