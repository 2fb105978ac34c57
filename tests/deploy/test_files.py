"""The Containerfile and the compose file: nothing builds them here, so what can be read in them is held to the rest."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from core.commands.parser import command_parser
from core.jobs.ending import end_well
from core.jobs.job import GRACE_SECONDS

PROJECT = Path(__file__).parents[2]
CONTAINERFILE = (PROJECT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE_TEXT = (PROJECT / "compose.yaml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
CADDYFILE = (PROJECT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
EXAMPLE = (PROJECT / "deploy" / "example.env").read_text(encoding="utf-8")
SERVICES = COMPOSE["services"]
APPS = ("app1", "app2")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (
        *(PROJECT / "core").rglob("*.py"),
        *(PROJECT / "pages").rglob("*.py"),
        PROJECT / "requirements-scale.txt",
    )
)


def instructions(name):
    """What follows each instruction of that name."""
    return re.findall(rf"^{name} +(.*)$", CONTAINERFILE, flags=re.M)


def test_what_is_copied_is_there():
    copied = [source for line in instructions("COPY") for source in line.split()[:-1]]
    assert "app.py" in copied and [source for source in copied if not (PROJECT / source).exists()] == []


def test_what_is_copied_is_not_left_out_of_the_build():
    ignored = [line.rstrip("/") for line in (PROJECT / ".containerignore").read_text().splitlines()]
    copied = [source for line in instructions("COPY") for source in line.split()[:-1]]
    assert set(copied) & set(ignored) == set() and {".git", ".venv", ".streamlit/secrets.toml", ".env"} <= set(ignored)


def test_what_the_app_reads_is_copied():
    """All that app.py and deploy/serve.py import of this project, and the demo."""
    copied = {source for line in instructions("COPY") for source in line.split()[:-1]}
    assert {"app.py", "core", "pages", "deploy", "data", ".streamlit/config.toml"} <= copied


def test_it_runs_as_nobody_special():
    assert instructions("USER") == ["audit"] and "--uid 10001" in CONTAINERFILE
    assert CONTAINERFILE.index("USER audit") < CONTAINERFILE.index("\nCMD")


def test_packages_come_with_their_constraints():
    for line in instructions("RUN"):
        for file in re.findall(r"-r (\S+)", line):
            assert "-c constraints.txt" in (PROJECT / file).read_text(encoding="utf-8")


def test_images_are_named_plainly_and_no_registry_is():
    images = [*instructions("FROM"), *(service.get("image", "") for service in SERVICES.values())]
    assert [image for image in images if not re.fullmatch(r"[a-z-]+(:[a-z0-9.-]+)?", image)] == []
    for text in (CONTAINERFILE, COMPOSE_TEXT):
        assert not re.search(r"index-url|find-links|https?://", text)


def test_the_commands_are_there():
    assert instructions("CMD") == ['["python", "-m", "streamlit", "run", "deploy/serve.py"]']
    (check,) = re.findall(r"HEALTHCHECK .* CMD (\[.*\])", CONTAINERFILE)
    words = yaml.safe_load(check)
    assert words[:3] == ["python", "-m", "core"]
    command_parser().parse_args(words[3:])


def test_the_ports_agree():
    (port,) = instructions("EXPOSE")
    assert re.search(r"STREAMLIT_SERVER_PORT=(\d+)", CONTAINERFILE)[1] == port
    (upstreams,) = re.findall(r"reverse_proxy (.*) \{", CADDYFILE)
    assert upstreams.split() == [f"{name}:{port}" for name in APPS]
    assert command_parser().parse_args(["ready"]).address == f"http://localhost:{port}"
    scheduler = SERVICES["scheduler"]["command"]
    assert f"tcp://scheduler:{scheduler[scheduler.index('--port') + 1]}" in SERVICES["worker"]["command"]
    assert SERVICES["app1"]["environment"]["GLITCH_AUDIT_CLUSTER"].endswith(f"-{SERVICES['worker']['command'][2]}}}")
    assert re.search(r"@database:(\d+)/", SERVICES["app1"]["environment"]["GLITCH_AUDIT_LEDGER"])[1] == "5432"


def test_the_two_servers_are_alike_and_behind_the_proxy():
    assert SERVICES["app1"] == SERVICES["app2"]
    assert "lb_policy cookie" in CADDYFILE and set(SERVICES["proxy"]["depends_on"]) == set(APPS)
    assert not [name for name, service in SERVICES.items() if "ports" in service and name != "proxy"]


def test_the_ledger_and_its_database_agree():
    asked = SERVICES["app1"]["environment"]["GLITCH_AUDIT_LEDGER"]
    database = SERVICES["database"]["environment"]
    password = database["POSTGRES_PASSWORD"]
    assert asked == (f"postgresql://{database['POSTGRES_USER']}:{password}@database:5432/{database['POSTGRES_DB']}")
    assert password.startswith("${DATABASE_PASSWORD:?")


def test_every_variable_that_is_asked_for_stands_in_the_example():
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE_TEXT))
    assert asked == set(re.findall(r"^(\w+)=", EXAMPLE, flags=re.M))
    assert not re.search(r"(PASSWORD|SECRET|KEY)\w*=.+", EXAMPLE)


def test_every_variable_of_ours_is_read_by_the_program():
    named = set(re.findall(r"GLITCH_AUDIT_\w+", CONTAINERFILE + COMPOSE_TEXT + EXAMPLE))
    assert len(named) > 5 and [name for name in sorted(named) if name not in SOURCES] == []


def test_every_volume_is_declared_and_every_file_is_there():
    for name, service in SERVICES.items():
        for volume in service.get("volumes", ()):
            source = re.split(r":(?=/)", volume)[0]
            if source.startswith("./"):
                assert (PROJECT / source).exists(), name
            elif not source.startswith("${"):
                assert source in COMPOSE["volumes"], name
    assert (PROJECT / SERVICES["app1"]["build"]["dockerfile"]).is_file()


def test_a_server_has_the_time_that_it_takes_to_end():
    allowed = float(SERVICES["app1"]["stop_grace_period"].removesuffix("s"))
    assert allowed > end_well.__kwdefaults__["wait"] + GRACE_SECONDS


def test_services_wait_for_services_that_are_there():
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= set(SERVICES)


@pytest.mark.parametrize("name", ["proxy", "database", *APPS, "scheduler", "worker"])
def test_every_part_is_started_again(name):
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_braces_of_the_proxys_file_match():
    depth = 0
    for line in CADDYFILE.splitlines():
        words = shlex.split(line, comments=True)
        depth += (words[-1:] == ["{"]) - (words == ["}"])
        assert depth >= 0
    assert depth == 0


def test_the_proxy_sends_the_same_header_as_the_advice_on_hosting():
    policy = re.search(r'Content-Security-Policy "([^"]+)"', CADDYFILE)[1]
    assert policy in (PROJECT / "docs" / "hosting.md").read_text(encoding="utf-8")
