"""The test files that `make test` leaves to `make test-long`, each with the parts of the project that it is about."""

_LEDGER = ("core/errors.py", "core/files.py", "core/ledger", "core/statistics", "core/workspace.py")
_HURRY = ("app.py", "pages/parts/data", "pages/parts/desk", "pages/parts/widgets")
_SCREEN = ("app.py", "core/evidence", "pages/parts/desk", "pages/parts/page.css", "pages/parts/widgets")
_ON_MAP = (*_SCREEN, "core/space", "pages/map.py", "pages/parts/map", "pages/parts/selection")
_TRAINED = ("core/classify", "core/embed", "core/jobs")
_READERS = ("core/dataset", "core/gate", "core/ledger/exchange")

LONG_FILES: dict[str, tuple[str, ...]] = {
    "browser/test_adding_shapes.py": _ON_MAP,
    "browser/test_audit_loop_real.py": (
        *_ON_MAP,
        "core/dataset",
        "core/embed",
        "core/pipeline",
        "pages/parts/data",
        "tests/browser/loop_steps.py",
    ),
    "browser/test_cached_messages.py": (".streamlit", *_SCREEN, "pages/parts/review", "pages/review.py"),
    "browser/test_changed_picture.py": (*_ON_MAP, "core/dataset"),
    "browser/test_chart_looks.py": (*_SCREEN, "pages/clusters.py", "pages/parts/clusters", "pages/parts/drifts"),
    "browser/test_classify.py": (*_SCREEN, "core/classify", "pages/classify.py", "pages/parts/classify"),
    "browser/test_clusters_page.py": (*_SCREEN, "pages/clusters.py", "pages/parts/clusters"),
    "browser/test_comments.py": (*_SCREEN, "core/ledger", "pages/parts/sample", "pages/parts/start"),
    "browser/test_dead_page.py": _SCREEN,
    "browser/test_evaluation.py": (*_SCREEN, "core/classify", "pages/evaluation.py", "pages/parts/evaluation"),
    "browser/test_fast_tiles.py": _ON_MAP,
    "browser/test_glitch_map.py": ("pages/parts/widgets/glitch_map", "tests/browser/map_app.py"),
    "browser/test_idle.py": ("app.py", "pages"),
    "browser/test_keys_alone.py": ("app.py", "pages"),
    "browser/test_late_messages.py": _HURRY,
    "browser/test_look_alikes.py": (*_SCREEN, "core/audit", "pages/parts/suspects", "pages/suspects.py"),
    "browser/test_map_colours.py": _ON_MAP,
    "browser/test_map_names.py": _ON_MAP,
    "browser/test_map_signs.py": _ON_MAP,
    "browser/test_next_lasso.py": _ON_MAP,
    "browser/test_old_tab.py": _ON_MAP,
    "browser/test_overtaken_calls.py": _HURRY,
    "browser/test_overtaken_runs.py": _HURRY,
    "browser/test_packed_map.py": _ON_MAP,
    "browser/test_panel_border.py": _ON_MAP,
    "browser/test_phone_map.py": _ON_MAP,
    "browser/test_preparing_again.py": (*_HURRY, "core/jobs", "core/pipeline", "pages/data.py", "pages/map.py"),
    "browser/test_report.py": ("core/evidence", "core/pipeline/report.py", "core/pipeline/report_people.py"),
    "browser/test_sign_in.py": ("app.py", "core/ledger/identity.py", "core/ledger/people.py", "pages/parts/desk"),
    "browser/test_standalone_map.py": ("core/evidence", "core/space"),
    "browser/test_switching_data_sets.py": _HURRY,
    "browser/test_training.py": ("core/classify", "core/jobs", "pages/parts/training", "pages/training.py"),
    "browser/test_what_is_heard.py": ("app.py", "pages"),
    "browser/test_without_pictures.py": (*_ON_MAP, "core/dataset", "pages/parts/data", "pages/parts/sample"),
    "classify/network/test_architectures.py": ("core/classify/network", "core/classify/params.py", "core/embed"),
    "classify/training/test_resume.py": _TRAINED,
    "demo/test_packed_demo.py": ("core/audit", "core/classify", "core/demo", "demo", "core/pipeline", "core/space"),
    "embed/test_evaluate_backbone.py": ("core/classify", "core/embed", "core/statistics"),
    "embed/test_training.py": _TRAINED,
    "faults/test_aimed_kills.py": (
        *_LEDGER,
        "benchmarks/faults.py",
        "benchmarks/kill_outputs.py",
        "benchmarks/kill_scenarios.py",
        "benchmarks/kill_sets.py",
        "core/pipeline",
    ),
    "faults/test_sigkill.py": _LEDGER,
    "faults/test_twenty_sessions.py": (*_LEDGER, "pages/parts/desk"),
    "hostile/test_mutated_files.py": (*_READERS, "core/classify/naming", "core/pipeline/votes.py", "tests/hostile"),
    "ledger/exchange/test_hostile_imports.py": (*_READERS, *_LEDGER),
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

ALWAYS = ("constraints.txt", "tests/browser/conftest.py", "tests/browser/driving.py", "tests/conftest.py")
"""What all of them are about."""
