"""The first screen: how far the data set is, what to do next, what changed; the tour, and the help of every page."""
