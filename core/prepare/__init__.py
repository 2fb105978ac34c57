"""From a data set to a map: all stages in order, cached, run in a process of their own."""
