"""ml4gw's Q-transform can be imported whether torchaudio loads or not."""

import subprocess
import sys

BREAKS = """
import importlib.abc, sys
class Broken(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torchaudio":
            raise OSError("libc10_cuda.so: cannot open shared object file")
sys.meta_path.insert(0, Broken())
"""
USES = """
from core.simulate.ml4gw_compat import single_q_transform
single_q_transform()(duration=1, sample_rate=256, spectrogram_shape=(8, 8), q=6, frange=[20, 60])
"""


def test_import_works_beside_a_torchaudio_that_cannot_load_and_its_placeholder_says_so():
    after = "import torchaudio\ntry:\n    torchaudio.functional.filtfilt(1)\nexcept ImportError as e:\n    print(e)\n"
    done = subprocess.run([sys.executable, "-c", BREAKS + USES + after], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "filtfilt is not available" in done.stdout
