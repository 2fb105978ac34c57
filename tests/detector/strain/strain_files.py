"""Strain that was made up, and files of it as others write them."""

import h5py
import numpy as np

RATE = 4096
START = 1_200_000_000


def noise(seconds, *, rate=RATE, seed=1, blips=(), loud=4e-22):
    """Noise that rises below 60 Hz as a detector's does, with short pulses of 150 Hz at these seconds."""
    rng = np.random.default_rng(seed)
    count = round(seconds * rate)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / rate), 4.0)
    values = 1e-23 * np.fft.irfft(spectrum * (1 + (60 / hertz) ** 3), count)
    t = np.arange(count) / rate
    for at in blips:
        values += loud * np.exp(-0.5 * ((t - at) / 0.004) ** 2) * np.cos(2 * np.pi * 150 * (t - at))
    return values


def write_gwosc(path, values, *, start=START, rate=RATE, detector="H1"):
    """A file as the Gravitational Wave Open Science Center writes it."""
    with h5py.File(path, "w") as file:
        series = file.create_dataset("strain/Strain", data=values, chunks=True, compression="gzip")
        series.attrs.update({"Xspacing": 1 / rate, "Xstart": start, "Npoints": len(values)})
        file["meta/GPSstart"] = start
        if detector:
            file["meta/Detector"] = detector.encode()
    return path


def write_gwpy(path, values, *, start=START, rate=RATE, channel="L1:GDS-CALIB_STRAIN", name=None):
    """A file as gwpy writes a time series."""
    with h5py.File(path, "a") as file:
        series = file.create_dataset(name or channel, data=values)
        series.attrs.update({"x0": float(start), "dx": 1 / rate, "xunit": "s", "unit": "strain", "channel": channel})
    return path
