"""Who is at the desk: a typed name or a sign-in, and what each role is offered."""

import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, proposals, propose
from core.ledger.people import Person
from tests.parts.proposing import propose_button

AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "a secret of the tests only",
    "client_id": "desk",
    "client_secret": "another",
    "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
}


def roles_file(workspace, text):
    (workspace.root / "roles.toml").write_text(text, encoding="utf-8")


def labels(app):
    return [item.label for item in app.button]


def badges(app):
    return " ".join(item.value for item in app.sidebar.markdown)


def propose_whistle(app):
    app.selectbox(key="propose_label").set_value("Whistle").run()
    app.text_area(key="propose_reason").set_value("one island, one shape").run()
    propose_button(app).click().run()
    assert not app.exception


def only_row(prepared):
    ledger = open_ledger(prepared.workspace.ledger_path)
    table = proposals(ledger)
    ledger.close()
    assert len(table) == 1
    return table.iloc[0]


def test_a_typed_name_is_marked_as_unverified(prepared, desk):
    app = desk(reviewer="  Ada   Lovelace ")
    assert "not verified" in badges(app) and "moderator" in badges(app)
    propose_whistle(app)
    row = only_row(prepared)
    assert (row["author"], row["author_verified"]) == ("Ada Lovelace", False)


def test_who_signed_in_is_verified_by_the_address(prepared, desk):
    user = {"is_logged_in": True, "email": "ada@example.org", "email_verified": True, "name": "Prof. Anybody"}
    app = desk(user=user, secrets={"auth": AUTH})
    assert "signed in" in badges(app) and "Sign out" in labels(app)
    assert not [item for item in app.text_input if item.key == "reviewer"]
    propose_whistle(app)
    row = only_row(prepared)
    assert (row["author"], row["author_verified"]) == ("ada@example.org", True)


def test_with_sign_in_configured_nobody_types_a_name(desk):
    app = desk(user={"is_logged_in": False}, secrets={"auth": AUTH}, reviewer="Ada")
    assert "Sign in" in labels(app)
    assert any("Sign in first" in caption.value for caption in app.caption)
    propose_button(app).click().run()
    assert any("Sign in first" in warning.value for warning in app.warning)


def test_every_configured_provider_has_its_button(desk):
    named = {"redirect_uri": "x", "cookie_secret": "y", "ligo": {"client_id": "1"}, "zooniverse": {"client_id": "2"}}
    app = desk(user={"is_logged_in": False}, secrets={"auth": named})
    assert {"Sign in with ligo", "Sign in with zooniverse"} <= set(labels(app))


def test_an_address_that_the_provider_did_not_check_gives_no_role(prepared, desk):
    roles_file(prepared.workspace, 'default = "viewer"\n[people]\n"mod@example.org" = "moderator"\n')
    claimed = {"is_logged_in": True, "email": "mod@example.org", "email_verified": False}
    assert "viewer" in badges(desk(user=claimed, secrets={"auth": AUTH}))
    assert "moderator" in badges(desk(user=claimed | {"email_verified": True}, secrets={"auth": AUTH}))


@pytest.mark.parametrize(
    ("claims", "secrets"),
    [
        ({"email": "mod@example.org"}, {}),
        ({"email": "mod@example.org", "email_verified": False}, {}),
        ({"email": "mod@example.org", "email_verified": "false"}, {}),
        ({"preferred_username": "mod@example.org"}, {"identity_claim": "preferred_username"}),
        ({"preferred_username": "mod@example.org", "email_verified": True}, {"identity_claim": "preferred_username"}),
    ],
)
def test_a_name_that_the_provider_does_not_prove_has_no_more_than_the_cap(prepared, desk, claims, secrets):
    text = 'default = "reviewer"\nunverified = "viewer"\n[people]\n"mod@example.org" = "moderator"\n'
    roles_file(prepared.workspace, text)
    user = {"is_logged_in": True, "iss": "https://login.example", "sub": "7"} | claims
    app = desk(user=user, secrets={"auth": AUTH} | secrets)
    assert "viewer" in badges(app) and "not verified" in badges(app)
    assert propose_button(app) is None


def test_a_visitor_who_has_not_signed_in_has_no_more_than_the_cap(prepared, desk):
    roles_file(prepared.workspace, 'default = "reviewer"\nunverified = "viewer"\n')
    app = desk(user={"is_logged_in": False}, secrets={"auth": AUTH})
    assert propose_button(app) is None


def test_the_number_of_an_account_is_nobody_elses_at_another_provider(prepared, desk):
    roles_file(prepared.workspace, 'default = "viewer"\n[people]\n"https://zoo.example 1001" = "moderator"\n')
    providers = {"redirect_uri": "x", "cookie_secret": "y", "ligo": {"client_id": "1"}, "zoo": {"client_id": "2"}}
    secrets = {"auth": providers, "identity_claim": "sub"}
    found = {}
    for issuer in ("https://ligo.example", "https://zoo.example"):
        found[issuer] = badges(desk(user={"is_logged_in": True, "iss": issuer, "sub": "1001"}, secrets=secrets))
    assert "viewer" in found["https://ligo.example"] and "moderator" in found["https://zoo.example"]


def test_rows_carry_the_issuer_and_the_number_of_the_account(prepared, desk):
    user = {
        "is_logged_in": True,
        "iss": "https://login.example",
        "sub": "7",
        "email": "a@x.org",
        "email_verified": True,
    }
    propose_whistle(desk(user=user, secrets={"auth": AUTH}))
    row = only_row(prepared)
    assert (row["author"], row["author_key"], row["name_key"]) == ("a@x.org", "https://login.example\n7", "a@x.org")


def test_a_sign_in_without_configuration_counts_for_nothing(desk):
    app = desk(user={"is_logged_in": True, "email": "ada@example.org"})
    assert any("Type your name" in caption.value for caption in app.caption)


def test_a_viewer_is_not_offered_what_a_viewer_may_not_do(prepared, desk):
    roles_file(prepared.workspace, 'default = "viewer"\n')
    ledger = open_ledger(prepared.workspace.ledger_path)
    propose(
        ledger,
        Selection(("Blip/sample000",), "click"),
        {"Blip/sample000": "Blip"},
        "Tomte",
        author="Ben",
        app_version="0.1",
    )
    app = desk(reviewer="Vic")
    assert not any(text.startswith(("Propose", "Save ")) for text in labels(app))
    assert any("may not propose" in caption.value for caption in app.caption)
    app.switch_page("pages/corrections.py").run()
    assert not any(text.startswith(("Undo", "Redo", "Withdraw")) for text in labels(app))
    ledger.close()


def test_a_viewer_looks_at_suspects_without_verdicts(audited, open_app):
    roles_file(audited.workspace, 'default = "viewer"\n')
    app = open_app("pages/suspects.py", workspace=audited.workspace.name, reviewer="Vic")
    assert any("may not judge" in item.value for item in app.info)
    assert {"Previous", "Next"} <= set(labels(app))
    assert not [item for item in app.text_input if item.label.startswith("Reason")]


def test_roles_come_from_the_secrets_first(prepared, desk):
    roles_file(prepared.workspace, 'default = "viewer"\n')
    app = desk(secrets={"roles": {"default": "reviewer", "people": {"Cleo": "moderator"}}}, reviewer="cleo")
    assert "moderator" in badges(app)


@pytest.mark.parametrize("text", ['default = "king"', "default = ", '[people]\nAda = "king"', "surprise = 1"])
def test_roles_that_cannot_be_read_let_everybody_only_look(prepared, desk, text):
    roles_file(prepared.workspace, text)
    app = desk(reviewer="Ada")
    assert "Everybody only looks on" in app.sidebar.error[0].value
    assert "viewer" in badges(app)
    assert propose_button(app) is None


def test_the_ledger_refuses_what_a_page_forgot_to_hide(prepared):
    from core.errors import GlitchAuditError

    ledger = open_ledger(prepared.workspace.ledger_path)
    with pytest.raises(GlitchAuditError, match="may not propose"):
        propose(
            ledger,
            Selection(("Blip/sample000",), "click"),
            {"Blip/sample000": "Blip"},
            "Tomte",
            author=Person("Vic", "viewer"),
            app_version="0.1",
        )
    assert proposals(ledger).empty
    ledger.close()


def proposed_by(prepared, *names):
    ledger = open_ledger(prepared.workspace.ledger_path)
    for name in names:
        selection = Selection(("Blip/sample000",), "click")
        propose(ledger, selection, {"Blip/sample000": "Blip"}, "Tomte", author=name, app_version="0.1")
    ledger.close()


def test_a_name_that_looks_like_anothers_is_pointed_out_and_not_refused(prepared, desk):
    proposed_by(prepared, "Ada Lovelace")
    app = desk(reviewer="Аda Lovelace")  # its first letter is Cyrillic
    assert ["looks like Ada Lovelace" in item.value for item in app.sidebar.warning] == [True]
    for other in ("Ada Lovelace", "Grace"):
        app.sidebar.text_input(key="reviewer").set_value(other).run()
        assert not app.sidebar.warning
    app.sidebar.text_input(key="reviewer").set_value("Аda Lovelace").run()
    propose_whistle(app)


def test_whoever_was_there_is_not_sent_to_the_name_that_looks_like_hers(prepared, desk):
    proposed_by(prepared, "Ada Lovelace", "Аda Lovelace")  # the second in a Cyrillic letter
    app = desk(reviewer="Ada Lovelace")
    assert not app.sidebar.warning
    assert ["You count as two people" in item.value for item in app.sidebar.caption if "looks like" in item.value] == [
        True
    ]


def test_a_name_with_a_character_that_does_not_show_is_pointed_out_where_it_is_typed(prepared, desk):
    app = desk(reviewer="A\u034fda")
    assert ["type it anew" in item.value for item in app.sidebar.warning] == [True]


def test_another_spelling_of_ones_own_name_is_said_to_be_the_same_person(prepared, desk):
    proposed_by(prepared, "ΟΔΥΣΣΕΥΣ", "Ada")
    app = desk(reviewer="Οδυσσευς")
    assert any("You count as ΟΔΥΣΣΕΥΣ" in item.value for item in app.sidebar.caption)
    assert not app.sidebar.warning


def test_a_name_under_which_somebody_signed_in_is_said_to_be_no_proof(prepared, desk):
    proposed_by(prepared, Person("ada@x.org", "reviewer", True, "https://login.example", "7"))
    claimed = {"is_logged_in": True, "iss": "https://login.example", "sub": "8", "email": "ADA@x.org"}
    app = desk(user=claimed, secrets={"auth": AUTH})
    assert ["Somebody signed in under this name" in item.value for item in app.sidebar.warning] == [True]
    app = desk(user=claimed | {"email_verified": True}, secrets={"auth": AUTH})
    assert not app.sidebar.warning


def test_a_name_that_shows_nothing_is_pointed_out_and_refused(prepared, desk):
    app = desk(reviewer="\u3164\u2800")
    assert ["shows nothing" in item.value for item in app.sidebar.warning] == [True]
    propose_whistle(app)
    assert any("cannot be seen" in item.value for item in app.error)


def test_the_rule_says_that_two_people_need_sign_in(prepared, desk):
    said = "people are told apart by the names they type"
    app = desk("pages/decisions.py", reviewer="Ada")
    assert any(said in item.value for item in app.caption)
    app = desk("pages/decisions.py", user={"is_logged_in": False}, secrets={"auth": AUTH})
    assert any("different people" in item.value for item in app.caption)
    assert not any(said in item.value for item in app.caption)


def test_the_number_of_an_account_reaches_no_browser(prepared, desk):
    proposed_by(prepared, Person("ada@x.org", "reviewer", True, "https://login.example", "7"))
    app = desk(reviewer="Ben", sample_open="Blip/sample000")
    for page in ("corrections", "decisions", "sample"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert app.dataframe or page == "sample"
        for table in app.dataframe:
            assert not table.value.astype(str).apply(lambda column: column.str.contains("login.example")).any(axis=None)
