# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cut in the middle of a download: a Deployment is scaled to 0 while bytes flow, and back; how the download takes it.

The number of replicas is written into an annotation before, with the time until which the run may keep them away, and
put back whatever happens. Another run waits until then; what a killed one left is put back by it.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

from .._engine.arguments import Module
from .._engine.errors import EdgeError, FailedStateError, InputError, NotFoundError, UnreachableError, WaitTimeoutError
from .._engine.field import Field
from .._engine.module import Job
from .._engine.paths import get_path
from .._engine.progress import tell
from .._engine.spec import options
from .._kubernetes.connection import Connection
from .api import CONNECTION, L2SM
from .programs import Place, Running, find

#: annotation of a Deployment that is scaled to 0: its replicas before, and until when (epoch seconds) they are away
KEPT = "edge.infra/replicas"
_ENDS = (signal.SIGTERM, signal.SIGHUP)
_MERGE = "application/merge-patch+json"
_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")
_RATE = re.compile(r"^[1-9]\d*[kKmMgG]?$")
#: seconds between two looks at a Deployment
_PAUSE = 1.0
#: seconds that a run needs at most, beyond its wait for the stall, to put replicas back
_SPARE = 30

FIELDS = (
    Field("deployment", "Deployment that is scaled to 0 and back, such as the router's.", required=True),
    Field("deployment_namespace", "Its namespace; O(namespace) unless given."),
    Field("namespace", "Namespace of the pod that downloads.", default="default"),
    Field("pod", "Name of that pod; this or O(label_selector)."),
    Field("label_selector", "Labels of that pod, such as C(app=cdn); of several that run, the first by name is taken."),
    Field("container", "Container in that pod; its first one unless given. It needs C(curl)."),
    Field("url", "URL that is downloaded, over the way that is cut.", required=True),
    Field(
        "limit_rate",
        (
            "Bytes per second that the download takes, as C(curl) writes them, so that it lasts long enough to be cut.",
            "A server that limits the rate shows a cut at once; a limit here shows it once what is under way has come.",
        ),
        default="1M",
    ),
    Field(
        "stall", "Seconds without a byte after which the download counts as stalled.", type="int", default=5, least=1
    ),
    Field("flow_timeout", "Seconds to wait for the first bytes.", type="int", default=60, least=1),
    Field(
        "stall_timeout",
        "Seconds to wait, once the Deployment is at 0, for the stall.",
        type="int",
        default=120,
        least=1,
    ),
    Field(
        "resume_timeout",
        "Seconds to wait, once the Deployment is scaled back, for its pods, and then for the download to go on.",
        type="int",
        default=300,
        least=1,
    ),
    Field("wait_timeout", "Seconds that all of it may take.", type="int", default=900, least=1),
)


class StoppedError(EdgeError):
    """The module was told to stop."""

    kind = "stopped"


def run_cutoff() -> None:
    """The whole of the module."""
    fields = (*FIELDS, *CONNECTION)
    module = Module(options(fields), fields)
    job = Job(module, L2SM)
    connection = Connection(module.params)
    before = {number: signal.signal(number, _stop) for number in _ENDS}
    cut = Cutoff(connection, module.params)
    try:
        if module.check_mode:
            module.exit_json(changed=True, msg=cut.predicted(), cutoff={})
        told = cut.run()
    except UnreachableError as error:
        if module.check_mode and module.params["check_without_api"]:
            module.exit_json(changed=True, msg=f"Would cut a download off: {error.message}", cutoff={})
        job.fail(error, {"changed": cut.scaled, "cutoff": cut.told})
        return
    except EdgeError as error:
        job.fail(error, {"changed": cut.scaled, "cutoff": cut.told})
        return
    finally:
        connection.close()
        for number, handler in before.items():
            signal.signal(number, handler)
    module.exit_json(changed=True, cutoff=told, msg=cut.sentence())


def _stop(number: int, _frame: Any) -> None:
    raise StoppedError(f"It was stopped ({signal.Signals(number).name}).", "The replicas were put back; run again.")


class Cutoff:
    """One cut."""

    def __init__(self, connection: Connection, params: Mapping[str, Any]) -> None:
        self._api, self._given = connection, params
        space = params.get("deployment_namespace") or params["namespace"]
        self.name = f"{space}/{params['deployment']}"
        self._path = f"/apis/apps/v1/namespaces/{space}/deployments/{params['deployment']}"
        #: what is known so far, also when it fails
        self.told: dict[str, Any] = {"deployment": self.name, "url": params["url"]}
        self.scaled = False
        self._until = time.monotonic() + params["wait_timeout"]
        self._share, self._grew = 0.0, time.monotonic()
        self._ended = False

    # -- what is there -----------------------------------------------------------------------------------------
    def _check(self) -> None:
        if not re.match(r"^https?://[^\s]+$", self._given["url"]):
            raise InputError(
                f"url: {self._given['url']!r} is no URL of HTTP.", "Begin it with http:// or https://.", option="url"
            )
        if not _RATE.match(self._given["limit_rate"]):
            raise InputError(
                f"limit_rate: {self._given['limit_rate']!r} is no rate.", "Write it as 500k or 2M.", option="limit_rate"
            )

    def _live(self) -> dict[str, Any]:
        found: dict[str, Any] = self._api.request("GET", self._path)
        return found

    def _left_behind(self, live: Mapping[str, Any]) -> tuple[int, float]:
        """Replicas that a run has taken away, and until when it may; 0 where there are some, or nobody said so."""
        kept = str(get_path(live, "metadata.annotations", {}).get(KEPT, "")).split()
        if live["spec"].get("replicas", 1) or not kept or not all(k.isdigit() for k in kept):
            return 0, 0.0
        return int(kept[0]), float(kept[1]) if len(kept) > 1 else 0.0

    def _wanted(self, live: Mapping[str, Any]) -> int:
        replicas = int(live["spec"].get("replicas", 1)) or self._left_behind(live)[0]
        if not replicas:
            raise FailedStateError(
                f"Deployment {self.name} has no replicas: there is nothing to cut.", "Scale it to what it should be."
            )
        return replicas

    def _settled(self) -> int:
        """Its replicas: there again after another run that keeps them away, or put back after a killed one."""
        while True:
            live = self._live()
            replicas = self._wanted(live)
            taken, until = self._left_behind(live)
            if not taken:
                return replicas
            if time.time() >= until:
                self._scale(replicas, None)
                self._ready(replicas)
                self.scaled = False
                return replicas
            tell(self.name, "kept at 0 by another run", time.time() - until)
            time.sleep(_PAUSE)

    def predicted(self) -> str:
        """What a run would do, as far as it can be known."""
        self._check()
        said = f"Would download {self._given['url']}, scale {self.name} to 0 meanwhile, and back"
        try:
            replicas = self._wanted(self._live())
            place = find(self._api, self._given)
        except EdgeError as error:
            absent = isinstance(error, NotFoundError) or error.details.get("status") == 404
            if not absent:
                raise
            return f"{said}; not there yet: {error.message}"
        return f"{said} to {replicas}, in {place.name}."

    # -- the run -----------------------------------------------------------------------------------------------
    def run(self) -> dict[str, Any]:
        """Cut, and tell how the download took it."""
        self._check()
        replicas = self._settled()
        place = find(self._api, self._given)
        self.told.update(pod=place.name, replicas=replicas)
        argv = ["curl", "-#", "-o", "/dev/null", "--limit-rate", self._given["limit_rate"], "--connect-timeout", "30"]
        form = "%{http_code} %{size_download} %{time_total}"
        program = Running(self._api, place, [*argv, "-w", form, self._given["url"]])
        try:
            self._flowing(program)
            cut = time.monotonic()
            self.told["percent_at_cut"] = self._share
            try:
                self._scale(0, replicas)
                self._stalled(program, cut)
            finally:
                self._back(replicas)
            self._resumed(program, replicas)
            return self._to_the_end(program, place)
        finally:
            program.close()

    def _back(self, replicas: int) -> None:
        """Put the replicas back, also when the answer to the last request was lost."""
        if not self.scaled:
            return
        for number in _ENDS:
            signal.signal(number, signal.SIG_IGN)
        try:
            self._scale(replicas, None)
        except EdgeError as error:
            error.remedy = f"{self.name} is at 0 now: run again, or scale it to {replicas}."
            raise
        finally:
            for number in _ENDS:
                signal.signal(number, _stop)
        self.told["restored"] = True

    def _scale(self, replicas: int, kept: int | None) -> None:
        self.scaled = True
        until = int(time.time()) + self._given["stall_timeout"] + _SPARE
        annotation = None if kept is None else f"{kept} {until}"
        body = {"metadata": {"annotations": {KEPT: annotation}}, "spec": {"replicas": replicas}}
        self._api.request("PATCH", self._path, body, content_type=_MERGE)
        tell(self.name, f"scaled to {replicas}", 0)

    def _listen(self, program: Running, seconds: float = 0.25) -> bool:
        """Read on; whether bytes came."""
        if time.monotonic() > self._until:
            raise WaitTimeoutError(
                f"The download of {self._given['url']} took longer than {self._given['wait_timeout']} s"
                f" ({self._share:g} % of it has come).",
                "Raise wait_timeout or limit_rate, or let the file be smaller.",
            )
        if not program.running:
            self._ended = True
            return False
        _out, err = program.read(seconds)
        shares = [float(s) for s in _SHARE.findall(err)]
        if not shares or shares[-1] <= self._share:
            return False
        self._share, self._grew = shares[-1], time.monotonic()
        return True

    def _wait(self, holds: Callable[[], bool], program: Running, limit: float, what: str, remedy: str) -> None:
        until = time.monotonic() + limit
        while not holds():
            if self._ended:
                self._gave_up(program)
            if time.monotonic() > until:
                raise WaitTimeoutError(f"{what} within {limit:g} s ({self._share:g} % has come).", remedy)
            self._listen(program)

    def _gave_up(self, program: Running) -> None:
        ended = program.end()
        words = ended.err.replace("\r", "\n").strip().splitlines()
        said = next((w.strip() for w in reversed(words) if w.startswith("curl:")), f"exit status {ended.status}")
        if ended.status:
            raise FailedStateError(
                f"The download of {self._given['url']} failed at {self._share:g} %: {said}.",
                "Look at the server, and at the way to it.",
                status=ended.status,
            )
        answered = ended.out.split()[:1]
        if answered not in ([], ["200"]):
            raise FailedStateError(
                f"{self._given['url']} was answered with status {answered[0]}.", "Look at the server's configuration."
            )
        raise FailedStateError(
            f"The download of {self._given['url']} ended before it stalled.",
            f"If it goes through {self.name}, lower limit_rate or let the file be larger, so that it lasts longer"
            " (with the role cdn: cdn_rate, cdn_video_mib).",
        )

    def _flowing(self, program: Running) -> None:
        limit = self._given["flow_timeout"]
        self._wait(
            lambda: self._share > 0, program, limit, "No byte came", "Look whether the pod reaches the server at all."
        )

    def _stalled(self, program: Running, cut: float) -> None:
        """Wait until nothing has come for a while."""
        stall = self._given["stall"]
        self._wait(
            lambda: time.monotonic() - max(self._grew, cut) >= stall,
            program,
            self._given["stall_timeout"],
            f"The download did not stall for {stall} s",
            f"It does not go through {self.name}: look at the route of the pod.",
        )
        self.told["percent_stalled"] = self._share
        self.told["flowed_after_cut"] = round(max(self._grew - cut, 0.0), 3)
        tell("the download", f"stalls at {self._share:g} %", stall)

    def _ready(self, replicas: int) -> None:
        until = time.monotonic() + self._given["resume_timeout"]
        while int(get_path(self._live(), "status.availableReplicas", None) or 0) < replicas:
            if time.monotonic() > until:
                raise WaitTimeoutError(
                    f"Deployment {self.name} has not {replicas} available replicas again.", "Look at its pods' events."
                )
            time.sleep(_PAUSE)

    def _resumed(self, program: Running, replicas: int) -> None:
        """Wait for the pods, and for bytes; the download may go on before the pods count as available."""
        stopped, share, back, looked = self._grew, self._share, time.monotonic(), 0.0

        def available() -> bool:
            nonlocal looked
            if time.monotonic() - looked < _PAUSE:
                return False
            looked = time.monotonic()
            return int(get_path(self._live(), "status.availableReplicas", None) or 0) >= replicas

        limit = self._given["resume_timeout"]
        first: list[float] = []

        def flows() -> bool:
            if self._share > share and not first:
                first.append(self._grew)
            return bool(first)

        self._wait(
            lambda: flows() or available(),
            program,
            limit,
            f"{self.name} is not available again",
            "Look at its pods' events.",
        )
        self._wait(
            flows, program, limit, "The download did not go on", "Look at the router's interfaces and its networks."
        )
        self.told["stalled_seconds"] = round(first[0] - stopped, 3)
        self.told["resumed_after"] = round(first[0] - back, 3)
        tell("the download", f"goes on after {self.told['stalled_seconds']:g} s", self.told["stalled_seconds"])

    def _to_the_end(self, program: Running, place: Place) -> dict[str, Any]:
        while program.running:
            self._listen(program, 1.0)
        ended = program.end()
        words = ended.out.split()
        if ended.status or len(words) != 3 or words[0] != "200":
            self._gave_up_late(ended.status, ended.err, words)
        self.told.update(status=int(words[0]), bytes=int(words[1]), seconds=round(ended.seconds, 3), node=place.node)
        self._ready(self.told["replicas"])
        return self.told

    def _gave_up_late(self, status: int, err: str, words: list[str]) -> None:
        lines = [w.strip() for w in err.replace("\r", "\n").splitlines() if w.startswith("curl:")]
        said = lines[-1] if lines else f"status {words[0] if words else status}"
        raise FailedStateError(
            f"The download of {self._given['url']} went on after the cut and failed at {self._share:g} %: {said}.",
            "Look at the server's configuration and log.",
        )

    def sentence(self) -> str:
        """The result for people."""
        told = self.told
        return (
            f"The download stalled for {told['stalled_seconds']:g} s at {told['percent_stalled']:g} %, went on"
            f" {told['resumed_after']:g} s after {self.name} was scaled back, and ended with {told['bytes']} bytes"
            f" after {told['seconds']:g} s."
        )
