"""How fast triggers become pictures, how alike they are to gwpy's, and whether GW150914 is named Chirp.

    python -m benchmarks.strain_views [--workers 2] [--real ../shared/real/strain]

Speed: made-up strain in files of 1,024 s, as GWOSC writes them; "dense" is a trigger a second, "sparse" one in 40 s, so
that each needs a block of its own. Given are glitches a second on the clock, and for each second of one processor core,
which another load changes less; reading, whitening, drawing and writing are in it, starting Python is not. Beside it
gwpy as one would write it: whiten and transform 32 s around the trigger four times, pictures not written.

Likeness to gwpy 4.1: its ``q_transform`` of the same strain, Q of the loudest tile, energies divided by the mean, over
20 to 900 Hz; correlation of the energies (cut at 25.5) in the view of a second, for GW150914 and for times of noise.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import torch

from benchmarks.machine import when_and_where
from core.detector.strain.picture_sets import draw_set
from core.detector.strain.source import StrainSource, open_strain
from core.detector.strain.triggers import understand
from core.detector.strain.views import draw_views, views_at
from core.simulate.views import row_frequencies
from tests.detector.strain.strain_files import START, noise, write_gwosc

RESULTS = Path(__file__).parent / "results" / "strain_views.txt"
GW150914 = 1126259462.4
RATES = (4096, 16384)
SPACINGS = {"dense": (1.0, 192), "sparse": (40.0, 48)}
_FILE_SECONDS = 1024


def strain_of(folder: Path, rate: int, files: int) -> StrainSource:
    """Made-up strain in files that follow each other."""
    for number in range(files):
        values = noise(_FILE_SECONDS, rate=rate, seed=number)
        write_gwosc(folder / f"{number}.hdf5", values, start=START + number * _FILE_SECONDS, rate=rate)
    return open_strain(folder)


@contextmanager
def stopwatch() -> Iterator[dict[str, float]]:
    """Seconds on the clock, and of the processor with all that was started."""
    spent: dict[str, float] = {}
    clock, used = time.perf_counter(), _used()
    yield spent
    spent["clock"], spent["processor"] = time.perf_counter() - clock, _used() - used


def _used() -> float:
    """Of this process, of the one that keeps the gate, and of those that read behind it."""
    own = psutil.Process()
    spent = [one.cpu_times() for one in (own, *own.children(recursive=True))]
    # Of this process's own children only those that still run are looked at one by one.
    below = sum(one.children_user + one.children_system for one in spent[1:])
    return sum(one.user + one.system for one in spent) + below


def speeds(workers: int) -> list[str]:
    """A line for each rate and spacing."""
    lines = [f"{'strain':<10} {'triggers':<8} {'glitches':>8} {'a second':>9} {'a core second':>14}"]
    for rate in RATES:
        with tempfile.TemporaryDirectory() as folder:
            source = strain_of(Path(folder), rate, files=2)
            # The gate's process and torch start once.
            list(draw_views(source, "H1", np.array([START + 100.0])))
            for name, (spacing, count) in SPACINGS.items():
                times = START + 20 + spacing * np.arange(count)
                table = pd.DataFrame({"event_time": times, "ifo": "H1"})
                triggers = understand(table, Path("made_up.csv"))
                with stopwatch() as spent:
                    report = draw_set(source, triggers, Path(folder) / f"{name}.parquet", workers=workers)
                lines.append(
                    f"{rate:>7} Hz {name:<8} {report.drawn:>8} {report.drawn / spent['clock']:>9.1f} "
                    f"{report.drawn / spent['processor']:>14.1f}"
                )
            lines.append(_by_gwpy(source, START + 100.0, rate))
    return lines


def _by_gwpy(source: StrainSource, moment: float, rate: int, count: int = 3) -> str:
    from gwpy.timeseries import TimeSeries

    with stopwatch() as spent:
        for number in range(count):
            strain = source.read("H1", moment + number - 16, moment + number + 16)
            series = TimeSeries(strain.values, t0=strain.start, sample_rate=rate)
            for seconds in (0.5, 1.0, 2.0, 4.0):
                series.q_transform(
                    qrange=(4, 64),
                    frange=(10, 1000),
                    gps=moment + number,
                    search=0.5,
                    outseg=(moment + number - seconds / 2, moment + number + seconds / 2),
                    tres=seconds / 566,
                    fres=466,
                    logf=True,
                )
    return f"{rate:>7} Hz {'gwpy':<8} {count:>8} {count / spent['clock']:>9.2f} {count / spent['processor']:>14.2f}"


def likeness_to_gwpy(source: StrainSource, detector: str, moment: float) -> tuple[float, float, float]:
    """Correlation of the energies in the view of a second with gwpy's, and either's Q."""
    from gwpy.timeseries import TimeSeries

    drawn = views_at(source, detector, moment)
    span = next((file.start, file.end) for file in source.of(detector) if file.start <= moment < file.end)
    strain = source.read(detector, max(span[0], moment - 14), min(span[1], moment + 14))
    theirs = TimeSeries(strain.values, t0=strain.start, sample_rate=strain.rate).q_transform(
        qrange=(4, 64),
        frange=(10, 1000),
        gps=moment,
        search=0.5,
        outseg=(moment - 0.5, moment + 0.5),
        tres=1 / 170,
        fres=300,
        logf=True,
        norm="mean",
    )
    hertz = row_frequencies()
    rows = np.flatnonzero((hertz > 20) & (hertz < 900))
    columns = np.clip(np.searchsorted(theirs.yindex.value, hertz[rows]), 0, theirs.shape[1] - 1)
    energy = np.clip(np.asarray(theirs.value)[:170, columns].T, 0, 25.5)
    ours = drawn.views[1][rows][:, : energy.shape[1]] / 10
    return float(np.corrcoef(energy.ravel(), ours.ravel())[0, 1]), drawn.q, float(theirs.q)


def real(folder: Path) -> list[str]:
    """What becomes of the real strain: likeness to gwpy's pictures, and GW150914's name."""
    if not folder.is_dir():
        return [f"{folder} is not there: nothing is said of real strain"]
    from core.classify.naming.inputs import InputFile, as_one_glitch
    from core.classify.naming.loading import load_classifier
    from core.classify.naming.name_glitches import name_glitches
    from core.dataset.model import VIEWS
    from core.simulate.pictures import encode_picture

    source = open_strain(folder)
    lines = []
    moments = [(GW150914, "GW150914"), (GW150914 - 6, "noise"), (1128678899.5, "noise")]
    for detector in source.detectors:
        for moment, what in moments:
            found, q, theirs = likeness_to_gwpy(source, detector, moment)
            lines.append(
                f"{detector} GPS {moment:.1f} ({what}): correlation with gwpy {found:.3f}, Q {q:.1f} and {theirs:.1f}"
            )
        pictures = [encode_picture(picture) for picture in views_at(source, detector, GW150914).views]
        files = [InputFile(f"{view}.jpg", len(data), data) for view, data in zip(VIEWS, pictures, strict=True)]
        (answer,) = name_glitches((as_one_glitch(files, VIEWS),), load_classifier(None))
        named = ", ".join(f"{label} {share:.1%}" for label, share in answer.top)
        lines.append(f"{detector} GW150914 is named: {named}")
    return lines


def main() -> None:
    """Measure, print and keep it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--real", type=Path, default=Path(__file__).parents[2] / "shared" / "real" / "strain")
    options = parser.parse_args()
    torch.set_num_threads(1)
    lines = [
        f"{when_and_where()}, python -m benchmarks.strain_views --workers {options.workers}",
        "",
        *speeds(options.workers),
        "",
        *real(options.real),
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
