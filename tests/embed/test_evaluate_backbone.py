"""The command that measures a backbone: one row a method, each share with its interval."""

import re

from core.embed.evaluate_backbone import PIXELS, RANDOM_WEIGHTS, evaluate_backbone, main


def test_pixels_name_more_simulated_glitches_than_chance_and_the_row_says_how_sure(capsys):
    main([PIXELS, "--simulated", "88", "--workers", "0"])
    head, row = capsys.readouterr().out.strip().splitlines()
    assert "simulated" in head and row.startswith(PIXELS)
    share, low, high = (float(part) for part in re.findall(r"\d\.\d+", row)[:3])
    # 22 classes: chance is 0.045.
    assert 0.2 < low < share < high
    # Without a folder of real pictures nothing is claimed of them.
    assert set(row.split()[-5:]) == {"-"}


def test_untrained_weights_are_measured_beside(capsys):
    seen = []
    found = evaluate_backbone([PIXELS, RANDOM_WEIGHTS], simulated=22, on_result=seen.append)
    assert seen == found and [each.method for each in found] == [PIXELS, RANDOM_WEIGHTS]
    assert all(each.real is None and each.counts == {"simulated": 22} for each in found)
