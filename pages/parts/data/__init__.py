"""A data set and the work on it: settings, jobs, results, name and report."""
