"""The networks of the classifiers: trunk, heads, first weights, devices."""
