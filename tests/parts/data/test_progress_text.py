"""The line of the work under way: stage, counts, workers of a cluster, rate and time left."""

import pytest

from core.jobs.job import JobReporter, JobStatus, job_status
from core.progress import Progress
from pages.parts.data.job import progress_text


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"rate": 41.2, "seconds_left": 90}, "Embedding: 1,024 of 4,000, 41 a second, 2 min left"),
        (
            {"rate": 41.2, "seconds_left": 90, "workers": 3},
            "Embedding: 1,024 of 4,000, 3 workers, 41 a second, 2 min left",
        ),
        ({"workers": 1}, "Embedding: 1,024 of 4,000, 1 worker"),
        ({"workers": 0}, "Embedding: 1,024 of 4,000, 0 workers"),
    ],
)
def test_workers_stand_before_the_rate_where_a_cluster_is_used(facts, line):
    assert progress_text(JobStatus("running", "Embedding", done=1024, total=4000, **facts)) == line


def test_the_job_hands_the_workers_on_to_the_page(make_workspace):
    workspace = make_workspace(["Blip"], [[0.0, 1.0]])
    with JobReporter(workspace) as job:
        job.report(Progress("Embedding", 1, 10, 2.0, 4.5, workers=3))
        assert job_status(workspace).workers == 3
        job.report(Progress("Clustering", 0, 1, None, None))
        assert job_status(workspace).workers is None
        job.done("made")
