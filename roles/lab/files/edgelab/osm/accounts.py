# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VIM and WIM accounts, SDN controllers, K8s clusters, VCAs and repositories: one behaviour, driven by a table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .call import Answer, Call
from .cipher import encrypt, walk
from .errors import Refusal, conflict, unprocessable
from .merge import merge
from .schemas import ACCOUNTS, check
from .session import Session, leave, share
from .store import Document, Store, stamp

#: what the life-cycle manager is told: topic, command (created, edited, delete), id, index of the operation
Bus = Callable[[str, str, str, int], None]

_VIM_CONFIG = ("admin_password", "nsx_password", "vcenter_password", "vrops_password")


@dataclass(frozen=True)
class Kind:
    """What makes one kind of account different from the others."""

    topic: str
    quota: str = ""
    #: top-level fields that are stored as ciphertext
    secrets: tuple[str, ...] = ()
    #: fields of ``config`` that are stored as ciphertext
    config_secrets: tuple[str, ...] = ()
    #: False: created and deleted at once, without operations
    by_lcm: bool = True
    unique_name: bool = True


KINDS = {
    kind.topic: kind
    for kind in (
        Kind("vim_accounts", secrets=("vim_password",), config_secrets=_VIM_CONFIG),
        Kind("wim_accounts", secrets=("password",)),
        Kind("sdns", quota="sdn_controllers", secrets=("password",)),
        Kind("k8sclusters"),
        Kind("vca", secrets=("secret", "cacert")),
        Kind("k8srepos"),
        Kind("osmrepos", by_lcm=False, unique_name=False),
    )
}
ALIASES = {"vims": "vim_accounts"}
_REPO_LISTS = {"helm-chart": "helm_chart_repos", "juju-bundle": "juju_bundle_repos"}


def new_operation(kind: str) -> Document:
    """An operation as NBI writes it before the life-cycle manager sees it."""
    now = time.time()
    return {
        "lcmOperationType": kind,
        "operationState": "PROCESSING",
        "startTime": now,
        "statusEnteredTime": now,
        "detailed-status": "",
        "operationParams": None,
    }


def _empty_resources() -> Document:
    names = {
        "compute": ("ram", "vcpus", "instances"),
        "storage": ("volumes", "snapshots", "storage"),
        "network": ("networks", "subnets", "floating_ips"),
    }
    return {group: {name: {"total": None, "used": None} for name in of} for group, of in names.items()}


class Accounts:
    """Answers calls on the accounts of :data:`KINDS`."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self.store = store
        self.bus = bus

    def serve(self, call: Call) -> Answer:
        """Answer GET, POST, PATCH or DELETE on one of the kinds."""
        kind = KINDS[ALIASES.get(call.topic, call.topic)]
        if call.method == "GET":
            if call.item_id:
                return Answer(200, self.store.get(kind.topic, call.session, call.item_id))
            return Answer(200, self.store.listing(kind.topic, call.session, call.filters))
        if call.method == "POST":
            return self._create(kind, call)
        if call.method == "DELETE":
            return self._delete(kind, call)
        return self._edit(kind, call)

    # -- create --------------------------------------------------------------------------------------------------

    def _create(self, kind: Kind, call: Call) -> Answer:
        session, store = call.session, self.store
        store.check_quota(kind.topic, kind.quota or kind.topic, session, store.all("projects"))
        document = call.document()
        check(document, ACCOUNTS[kind.topic][0])
        if kind.topic == "sdns":
            self._sdn_url(document, create=True)
        if kind.unique_name:
            self._free_name(kind, session, document["name"])
        stamp(document, session)
        reply: Document = {"_id": document["_id"], "id": document["_id"]}
        if kind.by_lcm:
            self._format(kind, document)
            reply["op_id"] = f"{document['_id']}:0"
        store.replace(kind.topic, document)
        if kind.by_lcm:
            self._repos(kind, document)
            self.bus(kind.topic, "created", document["_id"], 0)
        return Answer(202 if kind.by_lcm else 201, reply, call.location(document["_id"]))

    def _free_name(self, kind: Kind, session: Session, name: str, but: str | None = None) -> None:
        taken = (d for d in self.store.listing(kind.topic, session) if d["name"] == name and d["_id"] != but)
        if next(taken, None):
            raise conflict(f"name '{name}' already exists for {kind.topic}")

    @staticmethod
    def _sdn_url(document: Document, create: bool) -> None:
        if document.get("ip") or document.get("port"):
            if not document.get("ip") or not document.get("port") or document.get("url"):
                raise unprocessable("You must provide both 'ip' and 'port' (deprecated); or just 'url' (prefered)")
            document["url"] = f"http://{document.pop('ip')}:{document.pop('port')}/"
        elif create and not document.get("url"):
            raise unprocessable("You must provide 'url'")

    def _format(self, kind: Kind, document: Document) -> None:
        """Fields that NBI adds, and the ciphertext of secrets."""
        item_id = document["_id"]
        document["schema_version"] = "1.11"
        document["key"] = "registered"
        self._encrypt(kind, document, document, item_id)
        credentials = (document.get("config") or {}).get("credentials")
        if kind.topic in ("vim_accounts", "wim_accounts", "sdns") and credentials:
            for secret in ("clientSecret", "SecretAccessKey"):
                if credentials.get(secret):
                    credentials[secret] = encrypt(credentials[secret], item_id)
                    break
        if kind.topic == "k8sclusters":
            walk(document["credentials"], item_id, ("password", "secret"))
        document["_admin"].update(
            operationalState="PROCESSING", operations=[new_operation("create")], current_operation=None
        )
        if document.get("vim_type") == "openstack":
            document["resources"] = _empty_resources()

    @staticmethod
    def _encrypt(kind: Kind, given: Document, stored: Document, item_id: str) -> None:
        """Put the ciphertext of ``given``'s secrets into ``stored``."""
        for name in kind.secrets:
            if given.get(name):
                stored[name] = encrypt(given[name], item_id)
        for name in kind.config_secrets:
            if (given.get("config") or {}).get(name):
                stored["config"][name] = encrypt(given["config"][name], item_id)

    def _repos(self, kind: Kind, document: Document) -> None:
        """Clusters list the repositories of their projects, and a new repository enters those lists."""
        projects = set(document["_admin"]["projects_read"]) - {"ANY"}

        def shares(other: Document) -> bool:
            return bool(projects & set(other["_admin"]["projects_read"]))

        if kind.topic == "k8sclusters":
            for repo_type, name in _REPO_LISTS.items():
                repos = self.store.find("k8srepos", type=repo_type)
                document["_admin"][name] = [r["_id"] for r in repos if shares(r)]
        elif kind.topic == "k8srepos":
            name = _REPO_LISTS[document["type"]]
            for cluster in filter(shares, self.store.all("k8sclusters").values()):
                cluster["_admin"][name].append(document["_id"])

    # -- edit ----------------------------------------------------------------------------------------------------

    def _edit(self, kind: Kind, call: Call) -> Answer:
        if not call.body.data and not call.words and not call.session.set_project:
            raise Refusal("Nothing to update. Provide payload and/or query string")
        changes = call.document()
        if changes and call.session.set_project:
            raise unprocessable("Cannot edit content and set to project (query string SET_PROJECT) at same time")
        final = self.store.copy(kind.topic, call.session, call.item_id or "")
        check(changes, ACCOUNTS[kind.topic][1])
        if kind.topic == "sdns":
            self._sdn_url(changes, create=False)
        if kind.topic == "k8sclusters" and changes.get("credentials"):
            walk(changes["credentials"], final["_id"], ("password", "secret"))
        credentials = (changes.get("config") or {}).get("credentials") or {}
        if "config" in changes and (credentials.get("clientSecret") or credentials.get("SecretAccessKey")):
            # the real engine looks for the id in the changes, where it is not: a KeyError becomes a 400
            raise KeyError("_id")
        merge(final, changes)
        if kind.unique_name and changes.get("name") and not call.session.force:
            self._free_name(kind, call.session, changes["name"], final["_id"])
        share(final, call.session)
        final["_admin"]["modified"] = time.time()
        if not kind.by_lcm:
            self.store.replace(kind.topic, final)
            return Answer(204)
        self._encrypt(kind, changes, final, final["_id"])
        final["_admin"]["operations"].append(new_operation("edit"))
        self.store.replace(kind.topic, final)
        index = len(final["_admin"]["operations"]) - 1
        self.bus(kind.topic, "edited", final["_id"], index)
        return Answer(202, {"op_id": f"{final['_id']}:{index}"})

    # -- delete --------------------------------------------------------------------------------------------------

    def _in_use(self, kind: Kind, session: Session, item_id: str) -> None:
        mine = set(session.projects)

        def own(document: Document) -> bool:
            return not mine or bool(mine & set(document["_admin"]["projects_read"]))

        vnfs = self.store.all("vnfrs").values()
        if kind.topic == "vim_accounts" and any(v.get("vim-account-id") == item_id for v in vnfs):
            raise conflict("There is at least one VNF using this VIM account")
        if kind.topic == "k8sclusters" and any(
            own(v) and k.get("k8s-cluster", {}).get("id") == item_id for v in vnfs for k in v.get("kdur") or ()
        ):
            raise conflict("There is at least one VNF using this k8scluster")
        if kind.topic == "vca" and any(own(v) for v in self.store.find("vim_accounts", vca=item_id)):
            raise conflict("There is at least one VIM account using this vca")

    def _delete(self, kind: Kind, call: Call) -> Answer:
        session = call.session
        live = self.store.get(kind.topic, session, call.item_id or "")
        admin = live["_admin"]
        if not session.force:
            self._in_use(kind, session, live["_id"])
        if not leave(live, session):
            return Answer(204)
        if session.force or not kind.by_lcm:
            del self.store.all(kind.topic)[live["_id"]]
            return Answer(204)
        admin["to_delete"] = True
        admin["operations"].append(new_operation("delete"))
        if kind.topic == "k8srepos":
            for cluster in self.store.all("k8sclusters").values():
                names: list[Any] = cluster["_admin"][_REPO_LISTS[live["type"]]]
                if live["_id"] in names:
                    names.remove(live["_id"])
        index = len(admin["operations"]) - 1
        self.bus(kind.topic, "delete", live["_id"], index)
        return Answer(202, {"_id": f"{live['_id']}:{index}"})
