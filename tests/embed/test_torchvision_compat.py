"""torchvision's models can be imported beside any build of torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_models_and_operators_are_there_in_a_fresh_process() -> None:
    code = (
        "from core.embed.torchvision_compat import import_torchvision; import torch; "
        "torchvision = import_torchvision(); import_torchvision(); torchvision.models.resnet18; "
        "from torchvision.transforms import v2; print(torch.ops.torchvision.nms.default._schema)"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "torchvision::nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor" in result.stdout
