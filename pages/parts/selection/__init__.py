"""A selection: its contact sheet, the form that proposes labels for it, and those saved under a name."""
