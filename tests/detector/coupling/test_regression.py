"""The regression of counts on a channel: as statsmodels has it, and its error as leaving days out gives it."""

import numpy as np
import pytest

from core.detector.coupling.counts import Grid
from core.detector.coupling.nuisance import Design, left_over, nuisance_design
from core.detector.coupling.params import CouplingParams
from core.detector.coupling.regression import fit_nuisance, fit_rate, moment_dispersion

GRID = Grid(1.2e9 - 1.2e9 % 86400, 12, 144, 600.0)


def without_prior(design: Design) -> Design:
    return Design(design.shared, design.hats, design.before, np.zeros(design.columns), 0.0)


def dense(design: Design) -> np.ndarray:
    """All columns of all days, as a statistics package wants them."""
    hats = np.zeros((GRID.bins, design.knots))
    for day, first in enumerate(design.before):
        rows = slice(day * GRID.bins_a_day, (day + 1) * GRID.bins_a_day)
        hats[rows, first : first + design.hats.shape[1]] = design.hats[rows]
    return np.column_stack([design.shared, hats])


def drawn(*, slope: float = 0.8, alpha: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(11)
    level = np.convolve(random.normal(0, 1, GRID.bins + 29), np.ones(30) / 30**0.5, "valid") * 0.4 + 2
    livetime = np.where(random.random(GRID.bins) < 0.1, 0.0, random.uniform(100, 600, GRID.bins))
    level[random.random(GRID.bins) < 0.05] = np.nan
    mean = (
        livetime / 600 * np.exp(slope * (np.nan_to_num(level, nan=2.0) - 2) + 0.3 * np.sin(np.arange(GRID.bins) / 23))
    )
    if alpha:
        mean = mean * random.gamma(1 / alpha, alpha, GRID.bins)
    return random.poisson(mean).astype(float), livetime, level


def test_the_design_day_by_day_is_the_dense_one():
    design = nuisance_design(GRID, CouplingParams()).with_channel(np.arange(GRID.bins) / 100.0)
    random = np.random.default_rng(0)
    columns, weight = dense(design), random.random(GRID.bins)
    coefficients = random.normal(size=columns.shape[1])
    assert columns.shape == (GRID.bins, 1 + 6 + 49)
    assert np.allclose(design.times(coefficients), columns @ coefficients)
    assert np.allclose(design.sums(weight), columns.T @ weight)
    steps = np.diff(np.eye(design.knots), axis=0)
    prior = np.zeros((columns.shape[1],) * 2)
    prior[1:7, 1:7] = 0.1 * np.eye(6)
    prior[7:, 7:] = 12 * steps.T @ steps
    assert np.allclose(design.pull(coefficients), prior @ coefficients)
    whole = (columns * weight[:, None]).T @ columns + prior
    information = design.information(weight)
    assert np.allclose(whole @ information.solve(coefficients), coefficients, atol=1e-5)
    assert np.allclose(information.inverse() @ whole, np.eye(len(whole)), atol=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.7])
def test_slope_and_expected_counts_are_those_of_statsmodels(alpha):
    sm = pytest.importorskip("statsmodels.api")
    counts, livetime, level = drawn(alpha=alpha)
    nuisance = without_prior(nuisance_design(GRID, CouplingParams(knots_a_day=1)))
    fit = fit_rate(counts, livetime, level, nuisance, dispersion=alpha)
    used = (livetime > 0) & np.isfinite(level)
    columns = np.column_stack([level, dense(nuisance)])[used]
    family = sm.families.NegativeBinomial(alpha=alpha) if alpha else sm.families.Poisson()
    there = sm.GLM(counts[used], columns, family=family, offset=np.log(livetime[used])).fit(tol=1e-12, maxiter=200)
    assert fit.slope == pytest.approx(there.params[0], abs=1e-6)
    assert np.allclose(fit.expected[used], there.fittedvalues, rtol=1e-5)
    assert not fit.expected[~used].any()


def test_the_error_is_what_leaving_out_one_day_after_the_other_gives():
    counts, livetime, level = drawn()
    nuisance = nuisance_design(GRID, CouplingParams(knots_a_day=1))
    fit = fit_rate(counts, livetime, level, nuisance, dispersion=0.0)
    slopes = []
    for day in range(GRID.days):
        left = livetime.copy()
        left[day * 144 : (day + 1) * 144] = 0
        slopes.append(fit_rate(counts, left, level, nuisance, dispersion=0.0).slope)
    changes = np.array(slopes) - fit.slope
    assert fit.influence == pytest.approx(changes, abs=0.1 * np.abs(changes).max())
    assert fit.error == pytest.approx(np.sqrt(11 / 12 * (changes**2).sum()), rel=0.1)
    assert 5 < fit.freedom <= 11


def test_the_dispersion_is_that_of_the_counts():
    random = np.random.default_rng(5)
    mean = random.uniform(1, 5, 200_000)
    assert moment_dispersion(random.poisson(mean), mean) < 0.01
    scattered = random.poisson(mean * random.gamma(2, 0.5, len(mean)))
    assert moment_dispersion(scattered, mean) == pytest.approx(0.5, abs=0.03)
    assert moment_dispersion(np.zeros(0), np.zeros(0)) == 0


def test_a_family_without_glitches_and_a_channel_without_values_give_figures_all_the_same():
    _, livetime, level = drawn()
    nuisance = nuisance_design(GRID, CouplingParams())
    nothing = fit_rate(np.zeros(GRID.bins), livetime, level, nuisance)
    assert np.isfinite([nothing.slope, nothing.error, nothing.p_value]).all()
    unknown = fit_rate(np.ones(GRID.bins), livetime, np.full(GRID.bins, np.nan), nuisance)
    assert unknown.error == 0
    assert unknown.p_value == 1
    expected, _ = fit_nuisance(np.zeros(GRID.bins), np.zeros(GRID.bins), nuisance)
    assert not expected.any()


def test_what_is_left_over_has_no_daily_cycle():
    hours = (np.arange(GRID.bins) + 0.5) / 6
    own = np.random.default_rng(1).normal(size=GRID.bins)
    daily = 3 * np.cos(2 * np.pi * hours / 24)
    design = nuisance_design(GRID, CouplingParams())
    left = left_over(own + daily, design)
    assert abs(np.mean(left * np.cos(2 * np.pi * hours / 24))) < 0.01
    assert np.corrcoef(left, own)[0, 1] > 0.95
    assert not left_over(np.full(GRID.bins, np.nan), design).any()
