"""The test files that `make test` leaves to `make test-long`, each with the parts of the project that it is about."""

_LEDGER = ("core/errors.py", "core/files.py", "core/ledger", "core/statistics", "core/workspace.py")
_HURRY = ("app.py", "pages/parts/data", "pages/parts/desk", "pages/parts/widgets")

LONG_FILES: dict[str, tuple[str, ...]] = {
    "browser/test_idle.py": ("app.py", "pages"),
    "browser/test_late_messages.py": _HURRY,
    "browser/test_overtaken_calls.py": _HURRY,
    "browser/test_overtaken_runs.py": _HURRY,
    "browser/test_switching_data_sets.py": _HURRY,
    "browser/test_training.py": ("core/classify", "core/jobs", "pages/parts/training", "pages/training.py"),
    "classify/network/test_architectures.py": ("core/classify/network", "core/classify/params.py", "core/embed"),
    "faults/test_aimed_kills.py": (*_LEDGER, "benchmarks/faults.py", "benchmarks/kill_scenarios.py", "core/pipeline"),
    "faults/test_sigkill.py": _LEDGER,
    "faults/test_twenty_sessions.py": (*_LEDGER, "pages/parts/desk"),
    "recipes/test_recipes.py": (
        "app.py",
        "core/commands",
        "core/dataset",
        "core/embed",
        "core/ledger",
        "docs/recipes",
        "pages/parts/desk",
        "tests/recipes",
    ),
}
"""CI runs those whose parts, or whose own file, changed since they last passed: tests/long_passed.json remembers it."""

ALWAYS = ("constraints.txt", "tests/browser/driving.py", "tests/conftest.py")
"""What all of them are about."""
