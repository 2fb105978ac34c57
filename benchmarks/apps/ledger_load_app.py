"""One act on a ledger a run, as the address asks for it, answered in JSON: ``ledger_load_app.py <ledger>``.

The address stands for the pages' buttons: ``?act=propose&id=...&author=...``. The ledger is opened as the pages open
it, so that all sessions of this server write through the one connection of its process.
"""

import json
import sys
from pathlib import Path

import streamlit as st

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import open_ledger, propose, withdraw
from core.ledger.acts.reviewing import review, withdraw_review
from core.ledger.views.reviews import review_queue

SHOWN = 10


def act(asked: dict[str, str]) -> dict:
    """Do what the address says."""
    ledger = open_ledger(Path(sys.argv[1]))
    author = asked["author"]
    match asked["act"]:
        case "propose":
            samples = tuple(asked["samples"].split(","))
            before = dict.fromkeys(samples, "Blip")
            selection = Selection(samples, "lasso")
            done = propose(ledger, selection, before, "Tomte", author=author, app_version="0", batch_id=asked["id"])
            return {"repeated": done.repeated}
        case "withdraw":
            done = withdraw(ledger, asked["batch"], author=author)
            return {"id": done.batch_id, "repeated": done.repeated}
        case "queue":
            return {"waiting": review_queue(ledger, author)["correction_id"].head(SHOWN).tolist()}
        case "review":
            verdict = asked["verdict"]
            done = review(ledger, asked["of"], verdict, author=author, app_version="0", review_id=asked["id"])
            return {"repeated": done.repeated}
        case "withdraw review":
            done = withdraw_review(ledger, asked["review"], author=author)
            return {"id": done.review_id, "repeated": done.repeated}
    raise GlitchAuditError(f"There is no act '{asked['act']}'.")


if "act" in st.query_params:
    question = st.query_params.to_dict()
    try:
        answer = act(question)
    except GlitchAuditError as error:
        answer = {"refused": str(error)}
    st.code(json.dumps({"turn": question["turn"], **answer}), language=None)
