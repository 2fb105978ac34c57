"""The report of what the unit tests run: the total, and the modules of which least was run first."""

from coverage import Coverage

from benchmarks.coverage import ModuleCoverage, measured, report_lines


def test_the_modules_of_which_least_was_run_come_first_and_short_ones_are_left_out():
    modules = [
        ModuleCoverage("core/whole.py", 20, ()),
        ModuleCoverage("core/half.py", 20, tuple(range(10))),
        ModuleCoverage("core/fifth.py", 20, tuple(range(16))),
        ModuleCoverage("core/short.py", 2, (1, 2)),
    ]
    total, first, second, third = report_lines(modules)
    assert total == "54.8 % of 62 statements in 4 modules"
    assert first.split() == ["20.0", "%", "core/fifth.py", "(16", "of", "20", "not", "run)"]
    assert "core/half.py" in second and "core/whole.py" in third


def test_a_module_that_no_test_imports_is_counted(tmp_path):
    nothing = Coverage(data_file=str(tmp_path / "data"), source=["core", "pages"])
    modules = {each.name: each for each in measured(nothing)}
    assert modules["core/space/lasso.py"].share < 1
    assert any(name.startswith("pages/") for name in modules)
