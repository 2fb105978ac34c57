"""The columns of the cost table: each a figure a family, with its interval, its unit and what it means."""
