"""The report's figures: each a function of the report's input that draws one picture with its own caption."""
