# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real OpenStack of one site on loopback: Keystone, Glance, Placement, Neutron, Nova with a fake hypervisor.

    testbed.py why                 why it cannot run here; nothing when it can
    testbed.py up [--owner PID]    starts it from the kept seed and prints how to sign in (JSON); ends with PID
    testbed.py down                stops all that it started
    testbed.py forget              removes what is kept, too

What takes long is kept below the user's cache (EDGE_TEST_OPENSTACK names another folder): the services' own virtual
environment, and a site whose tables are made. Each start begins from that seed, so a site never has anything of an
earlier one. Ports follow each other from 25800 (EDGE_TEST_OPENSTACK_PORT).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bed_settings
from bed_processes import (
    PORT,
    PROGRAMS,
    SITE,
    STATE,
    Problem,
    down,
    environment,
    opened,
    running,
    start,
    start_bus,
    start_database,
    statements,
    tail,
    until,
    which,
)

HERE = Path(__file__).resolve().parent

#: installs quicker than pip by far
UV = "uv==0.13.*"
MEMORY, DISK = 3 << 30, 2 << 30


# -- what is kept ----------------------------------------------------------------------------------------------------


def _digest(*names: str) -> str:
    known = hashlib.sha256(f"{sys.version_info[:2]} {STATE} {PORT}".encode())
    for name in names:
        known.update((HERE / name).read_bytes())
    return known.hexdigest()[:12]


def venv() -> Path:
    """Where the services are installed."""
    return STATE / f"venv-{_digest('requirements.txt')}"


def seed() -> Path:
    """A site whose tables are made."""
    return STATE / f"seed-{_digest('requirements.txt', 'bed_settings.py', 'bed_services.py')}.tar"


def install() -> None:
    """Make the services' environment, unless it is there."""
    place = venv()
    if (place / "ready").exists():
        return
    for old in STATE.glob("venv-*"):
        shutil.rmtree(old, ignore_errors=True)
    log = STATE / "install.log"
    python = str(place / "bin/python")
    tool = [str(place / "bin/uv"), "pip", "install", "--python", python, "--no-deps"]
    for command in (
        [sys.executable, "-m", "venv", str(place)],
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", UV],
        [*tool, "-r", str(HERE / "requirements.txt")],
    ):
        with log.open("w", encoding="utf-8") as out:
            kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
            done = subprocess.run(command, stdout=out, stderr=out, env=kept, check=False)
        if done.returncode:
            shutil.rmtree(place, ignore_errors=True)
            raise Problem(f"the services could not be installed ({' '.join(command[:5])} ...):\n{tail(log)}")
    (place / "ready").touch()


# -- the site --------------------------------------------------------------------------------------------------------


def lay() -> None:
    """The folder of a new site with its configuration."""
    shutil.rmtree(SITE, ignore_errors=True)
    for name in ("logs", "images", "staging", "tasks", "nova/instances", "neutron", "locks", "rabbit", "shims"):
        (SITE / name).mkdir(parents=True)
    SITE.chmod(0o700)
    password = "Bed-" + secrets.token_urlsafe(12)
    (SITE / "password").write_text(password, encoding="utf-8")
    for name, text in bed_settings.files(SITE, venv(), PORT, password).items():
        (SITE / name).parent.mkdir(parents=True, exist_ok=True)
        (SITE / name).write_text(text, encoding="utf-8")
    shutil.copy(venv() / "etc/nova/api-paste.ini", SITE / "etc/nova")


def sow() -> None:
    """Make the seed: a site with its tables, stopped."""
    lay()
    made = subprocess.run(
        [
            *(str(which("mariadb-install-db")), "--no-defaults", "--user=root", f"--datadir={SITE}/mysql"),
            *("--auth-root-authentication-method=normal", "--skip-test-db"),
        ],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    if made.returncode:
        raise Problem(f"mariadb-install-db failed:\n{made.stderr[-1500:]}{made.stdout[-1500:]}")
    start_database()
    create = "".join(f"CREATE DATABASE {name} CHARACTER SET utf8mb3;" for name in bed_settings.DATABASES)
    until("MariaDB", lambda: statements("SELECT 1"), 60, ("mariadb",))
    if not statements(create):
        raise Problem("MariaDB refuses to make data bases")
    command = [str(venv() / "bin/python"), str(HERE / "bed_services.py"), "migrate", str(SITE), str(PORT)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(PYTHONPATH=""), check=False)
    if done.returncode:
        raise Problem(f"migrations failed:\n{done.stderr[-2000:]}\n{done.stdout[-500:]}")
    down(patience=60)
    for old in STATE.glob("seed-*"):
        old.unlink()
    shutil.rmtree(SITE / "logs")
    with tarfile.open(seed().with_suffix(".part"), "w") as archive:
        archive.add(SITE, "site")
    seed().with_suffix(".part").rename(seed())


def certify() -> None:
    """An authority of this start, and a certificate for loopback."""
    import trustme

    authority = trustme.CA(organization_name="edge.infra test OpenStack")
    pair = authority.issue_cert(bed_settings.HOST, "localhost")
    pair.private_key_and_cert_chain_pem.write_to_path(SITE / "server.pem")
    authority.cert_pem.write_to_path(SITE / "ca.pem")


def signed_in(access: dict[str, Any]) -> Any:
    """A session of the administrator; X-Project has the id of the project."""
    import requests

    http = requests.Session()
    http.verify, http.trust_env = access["ca_cert"], False
    user = {"name": "admin", "domain": {"id": "default"}, "password": access["password"]}
    scope = {"project": {"name": "admin", "domain": {"id": "default"}}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": scope}}
    token = http.post(f"{access['auth_url']}/auth/tokens", json=body, timeout=60)
    token.raise_for_status()
    http.headers["X-Auth-Token"] = token.headers["X-Subject-Token"]
    http.headers["X-Project"] = token.json()["token"]["project"]["id"]
    return http


def furnish(access: dict[str, Any]) -> Any:
    """Tell Keystone of the others: their user, and where they are; a session that is signed in."""
    http, base = signed_in(access), access["auth_url"]

    def post(kind: str, body: dict[str, Any]) -> str:
        answer = http.post(f"{base}/{kind}s", json={kind: body}, timeout=60)
        answer.raise_for_status()
        return str(answer.json()[kind]["id"])

    project = post("project", {"name": "service", "domain_id": "default"})
    services = {"name": bed_settings.SERVICE_USER, "password": access["password"], "domain_id": "default"}
    one = post("user", services)
    roles = {role["name"]: role["id"] for role in http.get(f"{base}/roles", timeout=60).json()["roles"]}
    roles["service"] = roles.get("service") or post("role", {"name": "service"})
    for name in ("admin", "service"):
        http.put(f"{base}/projects/{project}/users/{one}/roles/{roles[name]}", timeout=60).raise_for_status()
    for kind, (_path, name) in bed_settings.CATALOG.items():
        if kind == "identity":
            continue
        service = post("service", {"type": kind, "name": name})
        where = {"interface": "public", "region_id": bed_settings.REGION, "url": bed_settings.url(PORT, kind)}
        post("endpoint", {"service_id": service, **where})
    return http


def ready(http: Any) -> bool:
    """Whether there are a hypervisor, the services of Nova, an agent, and lists of images and networks."""
    base = {kind: bed_settings.url(PORT, kind) for kind in bed_settings.CATALOG}
    with contextlib.suppress(OSError, ValueError, KeyError):
        services = http.get(f"{base['compute']}/os-services", timeout=30).json()["services"]
        found = http.get(f"{base['compute']}/os-hypervisors", timeout=30).json()["hypervisors"]
        agents = http.get(f"{base['network']}/v2.0/agents", timeout=30).json()["agents"]
        images = http.get(f"{base['image']}/v2/images", timeout=30).json()["images"]
        return sum(s["state"] == "up" for s in services) >= 3 and bool(found) and bool(agents) and images == []
    return False


def raise_site(owner: int) -> dict[str, Any]:
    """Bring the site up from the seed."""
    shutil.rmtree(SITE, ignore_errors=True)  # what an earlier start has left is of no use to this one
    with tarfile.open(seed()) as archive:
        archive.extractall(STATE, filter="fully_trusted")
    (SITE / "logs").mkdir()
    (SITE / "shims/edgebed-1.dist-info").mkdir()
    shutil.copy(HERE / "edgebed.py", SITE / "shims")
    about = SITE / "shims/edgebed-1.dist-info"
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: edgebed\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(
        "[neutron.ml2.mechanism_drivers]\nedgebed = edgebed:Driver\n", encoding="utf-8"
    )
    for name, text in bed_settings.rabbit(SITE, PORT).items():
        (SITE / name).write_text(text, encoding="utf-8")
    certify()
    start_database()
    start_bus()
    until("MariaDB", lambda: statements("SELECT 1"), 60, ("mariadb",))
    until("RabbitMQ", lambda: opened(PORT + bed_settings.PORTS["rabbit"]), 120, ("rabbitmq",))
    command = [str(venv() / "bin/python"), str(HERE / "bed_services.py"), "serve", str(SITE), str(PORT), str(owner)]
    start("services", command, PYTHONPATH=str(SITE / "shims"))
    access = {
        "auth_url": bed_settings.url(PORT, "identity"),
        "username": "admin",
        "password": (SITE / "password").read_text(encoding="utf-8"),
        "project_name": "admin",
        "region_name": bed_settings.REGION,
        "ca_cert": str(SITE / "ca.pem"),
        "site": str(SITE),
    }
    until("Keystone", lambda: opened(PORT), 180, ("services",))
    http = furnish(access)
    (SITE / "furnished").touch()
    until("OpenStack", lambda: ready(http), 240, ("services", "mariadb", "rabbitmq"))
    (SITE / "access.json").write_text(json.dumps(access), encoding="utf-8")
    return access


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nobody else makes or starts anything here meanwhile."""
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o700)
    with (STATE / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def up(owner: int = 0) -> dict[str, Any]:
    """The site, started unless it runs; raises Problem."""
    with alone():
        if running() and (SITE / "access.json").exists():
            return dict(json.loads((SITE / "access.json").read_text(encoding="utf-8")))
        down()
        try:
            install()
            if not seed().exists():
                sow()
            return raise_site(owner)
        except BaseException:
            down()
            raise


def why() -> str:
    """Why it cannot run here; "" when it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "it runs as root on Linux"
    missing = sorted({package for program, package in PROGRAMS if which(program) is None})
    if missing:
        return f"of the system's packages {', '.join(missing)} are missing"
    told = Path("/proc/meminfo").read_text(encoding="utf-8").split("MemAvailable:")[1].split()[0]
    if int(told) << 10 < MEMORY and not running():
        return f"it takes {MEMORY >> 30} GiB of memory, and {int(told) >> 20} GiB are free"
    STATE.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(STATE).free < DISK:
        return f"it takes {DISK >> 30} GiB of disk below {STATE}"
    taken = [str(PORT + n) for n in bed_settings.PORTS.values() if not running() and opened(PORT + n)]
    if taken:
        return f"somebody listens on port {', '.join(taken)}; EDGE_TEST_OPENSTACK_PORT names the first of others"
    return ""


def main() -> int:
    """What the arguments ask for."""
    verb, *more = sys.argv[1:] or ["help"]
    try:
        if verb == "why":
            print(why(), end="\n" if why() else "")
        elif verb == "up":
            print(json.dumps(up(int(more[1]) if more[:1] == ["--owner"] else 0), indent=2))
        elif verb in ("down", "forget"):
            with alone():
                down()
            if verb == "forget":
                shutil.rmtree(STATE)
        else:
            print(__doc__)
            return 2
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
