"""The form that proposes, for tests that have no browser to press its button with."""


def propose_button(app):
    """The button that proposes; None where there is none. Its key ends in the name of the sheet."""
    return next((item for item in app.button if (item.key or "").startswith("propose_button_")), None)
