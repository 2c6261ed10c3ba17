# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run OpenStack's services, or their migrations, in processes that share what all of them import.

    bed_services.py migrate|serve FOLDER PORT [OWNER]

Runs with the Python of the services' own environment. Most of a service's start is importing, so one process imports
what all have in common and is forked for each project, and Nova's is forked again for each of its services. A fork
reads its configuration by itself. There is no thread before a fork.

``serve`` ends everything when it is told to (SIGTERM), when a service ends by itself, or when OWNER, the process that
asked for the site, is no more.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bed_settings

COMMON = (
    *("sqlalchemy.orm", "alembic.config", "pymysql", "oslo_config.cfg", "oslo_log.log", "oslo_policy.policy"),
    *("oslo_db.sqlalchemy.enginefacade", "oslo_context.context", "oslo_serialization.jsonutils", "oslo_middleware"),
    *("oslo_utils.timeutils", "keystonemiddleware.auth_token", "keystoneauth1.loading", "webob.dec", "routes"),
    *("paste.deploy", "jsonschema", "cryptography.fernet", "requests", "stevedore", "werkzeug.serving"),
    *("oslo_messaging", "oslo_concurrency.processutils"),
)
#: service -> module of its application, what it finds in its environment
APPLICATIONS = {
    "identity": ("keystone.wsgi.api", "OS_KEYSTONE_CONFIG_DIR", "keystone"),
    "image": ("glance.wsgi.api", "OS_GLANCE_CONFIG_DIR", "glance"),
    "placement": ("placement.wsgi.api", "OS_PLACEMENT_CONFIG_DIR", "placement"),
    "compute": ("nova.wsgi.osapi_compute", "OS_NOVA_CONFIG_DIR", "nova"),
    "network": ("neutron.wsgi.api", "OS_NEUTRON_CONFIG_DIR", "neutron"),
}
DAEMONS = ("conductor", "scheduler", "compute")


class Site:
    """Where everything is."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def config(self, name: str) -> str:
        """The configuration file of a project."""
        return str(next((self.folder / "etc" / name).glob("*.conf")))


def forked(run: Callable[[], object], log: Path) -> int:
    """Run something in a fork with its output in a file; its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        found = run()
        status = found if isinstance(found, int) else 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        importlib.import_module("traceback").print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def imported(names: Iterable[str]) -> None:
    """Import what several will need; what one of them is missing it will tell itself."""
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


# -- one service -----------------------------------------------------------------------------------------------------


def serve_application(site: Site, service: str) -> None:
    """An API behind TLS; each request is a line of access.log, with the user that asked."""
    serving = importlib.import_module("werkzeug.serving")
    module, variable, project = APPLICATIONS[service]
    os.environ[variable] = str(site.folder / "etc" / project)
    os.environ["OS_NEUTRON_CONFIG_FILES"] = "neutron.conf"
    sys.argv = [project]
    inner = importlib.import_module(module).application
    log = os.open(site.folder / "access.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        told: list[str] = []

        def start(status: str, *more: Any) -> Any:
            told.append(status.split()[0])
            return start_response(status, *more)

        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        answer = inner(environ, start)
        line = {"service": service, "method": method, "path": path, "query": environ.get("QUERY_STRING", "")}
        line |= {"status": (told or ["0"])[0], "user": environ.get("HTTP_X_USER_NAME", "")}
        os.write(log, (json.dumps(line) + "\n").encode())
        return answer

    class Handler(serving.WSGIRequestHandler):  # type: ignore[name-defined,misc]
        """One connection for many requests, and no second log."""

        protocol_version = "HTTP/1.1"

        def log(self, *_arguments: Any) -> None:
            """The application writes what is wanted."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(site.folder / "server.pem")
    port = site.port + bed_settings.PORTS[service]
    options = {"threaded": True, "request_handler": Handler, "ssl_context": context}
    serving.make_server(bed_settings.HOST, port, application, **options).serve_forever()


def nova(site: Site, jobs: list[Callable[[], object]], names: list[str]) -> None:
    """Fork Nova's services from one process that has imported Nova; end when one of them does."""
    sys.argv = ["nova", "--config-file", site.config("nova")]
    importlib.import_module("nova.monkey_patch").patch(backend="threading")
    imported((*COMMON, "nova.conf", "nova.objects", "nova.rpc", "nova.db.main.api", "nova.context", "nova.virt.fake"))
    children = {forked(job, site.folder / "logs" / f"{name}.out"): name for name, job in zip(names, jobs, strict=True)}
    pid, status = os.wait()
    print(f"{children[pid]} ended with {status}", flush=True)
    for other in set(children) - {pid}:
        os.kill(other, signal.SIGTERM)
    os._exit(1)


def daemon(site: Site, name: str) -> Callable[[], object]:
    """A service of Nova that has no API."""

    def run() -> object:
        project = "nova-compute" if name == "compute" else "nova"
        sys.argv = [f"nova-{name}", "--config-file", site.config(project), "--log-file", f"nova-{name}.log"]
        module = importlib.import_module(f"nova.cmd.{name}")
        while not (site.folder / "furnished").exists():  # it signs in at once, and ends where it cannot
            time.sleep(0.2)
        return module.main()

    return run


def serve(site: Site, owner: int) -> None:
    """Fork everything, and stay until it is to end."""
    logs = site.folder / "logs"
    children: dict[int, str] = {}
    jobs: list[Callable[[], object]] = [lambda: serve_application(site, "compute"), *(daemon(site, n) for n in DAEMONS)]
    names = ["nova-api", *(f"nova-{name}" for name in DAEMONS)]
    # first: it is not to find eventlet, which what others import brings along
    children[forked(lambda: nova(site, jobs, names), logs / "nova.out")] = "nova"
    imported(COMMON)
    for service in ("identity", "network", "image", "placement"):
        children[forked(partial(serve_application, site, service), logs / f"{service}.out")] = service
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_ignored: ended.set())
    while not ended.wait(1):
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            print(f"{children.get(pid, pid)} ended with {status}; its output is in {logs}", flush=True)
            break
        if owner and not alive(owner):
            importlib.import_module("testbed").down(site.folder)
            break
    os.killpg(0, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# -- migrations ------------------------------------------------------------------------------------------------------


def command(module: str, *arguments: str) -> Callable[[], object]:
    """A management command as something to fork."""

    def run() -> object:
        sys.argv = [module.split(".", maxsplit=1)[0], *arguments]
        return importlib.import_module(module).main()

    return run


def migrate(site: Site) -> int:
    """Make the tables of all projects and what belongs to them; the exit status."""
    admin = (site.folder / "password").read_text(encoding="utf-8")
    told = {name: ("--config-file", site.config(name)) for name in ("keystone", "glance", "nova", "neutron")}
    endpoint = bed_settings.url(site.port, "identity")
    owner = ("--keystone-user", "root", "--keystone-group", "root")
    cell = f"mysql+pymysql://root@localhost/nova_cell0?unix_socket={site.folder}/mysql.sock"
    boot: tuple[str, ...] = ("bootstrap", "--bootstrap-password", admin, "--bootstrap-region-id", bed_settings.REGION)
    boot += tuple(f"--bootstrap-{kind}-url={endpoint}" for kind in ("admin", "internal", "public"))
    chains = {
        "keystone": [
            command("keystone.cmd.manage", *told["keystone"], *words)
            for words in (("db_sync",), ("fernet_setup", *owner), ("credential_setup", *owner), boot)
        ],
        "neutron": [command("neutron.db.migration.cli", *told["neutron"], "upgrade", "heads")],
        "nova": [
            command("nova.cmd.manage", *told["nova"], *words)
            for words in (
                ("api_db", "sync"),
                ("cell_v2", "map_cell0", "--database_connection", cell),
                ("db", "sync"),
                ("cell_v2", "create_cell", "--name", "cell1"),
            )
        ],
        "glance": [command("glance.cmd.manage", *told["glance"], "db_sync")],
    }

    def chain(name: str) -> int:
        for number, job in enumerate(chains[name]):
            log = site.folder / "logs" / f"migrate-{name}.out"
            status = os.waitpid(forked(job, log), 0)[1]
            if status:
                print(f"{name}: step {number + 1} ended with {status}; see {log}", file=sys.stderr, flush=True)
                return 1
        return 0

    pids = {forked(partial(chain, name), site.folder / "logs/migrate.out"): name for name in chains}
    failed = False
    while pids:
        pid, status = os.wait()
        name = pids.pop(pid)
        failed |= bool(status)
        print(f"{time.monotonic():.0f} {name}: {'failed' if status else 'done'}", flush=True)
    return int(failed)


def main() -> int:
    """What the arguments ask for."""
    verb, folder, port, *more = sys.argv[1:]
    site = Site(Path(folder), int(port))
    if verb == "migrate":
        imported(COMMON)
        return migrate(site)
    serve(site, int((more or ["0"])[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
