# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NBI's GitOps side: ``k8scluster/v1`` clusters, created by OSM or registered with it, and four kinds of profiles.

Source: NBI of OSM (2026), ``k8s_topics.py`` and ``acm_topic.py``, their slips included: a deletion that answers 204
and only begins, a state check that a deregistration lacks, ``update`` that ends where creations do, and the schema of
profile changes that is lost for the rest of the process after the first change of a cluster's name or description.
Node groups, KSUs, OKA packages and application instances are not simulated.
"""

from __future__ import annotations

import copy
import secrets
import string
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from .accounts import new_operation
from .call import Answer, Call
from .cipher import encrypt
from .errors import Refusal, conflict, not_found, unprocessable
from .merge import merge
from .schemas import Schema, check
from .schemas_clusters import ATTACH, CREATE, EDIT, PROFILE, REGISTER, UPDATE
from .session import Session, leave, share
from .store import Document, Store, stamp

#: what the life-cycle manager is told: topic, command, id of the object, id of the operation, further parameters
Bus = Callable[[str, str, str, str, Document], None]
#: collection of profiles by the word of URLs and records, in the order in which a cluster's own ones are made
PROFILES = {
    "infra_controller_profiles": "k8sinfra_controller",
    "infra_config_profiles": "k8sinfra_config",
    "resource_profiles": "k8sresource",
    "app_profiles": "k8sapp",
}
_TOPICS = {"cluster": "clusters", **PROFILES}
#: VIM types whose clusters OSM can make
CLOUDS = frozenset({"azure", "gcp", "aws", "kubevirt"})


def open_operation(document: Document, kind: str, params: Document | None = None) -> str:
    """Append an operation to an object's history, as NBI writes it; its id."""
    operation = {
        "operationType": kind,
        "op_id": str(uuid.uuid4()),
        "result": None,
        "creationDate": time.time(),
        "endDate": None,
        **dict.fromkeys(["workflowState", "resourceState", "operationState", "gitOperationInfo"]),
        "operationParams": copy.deepcopy(params),
    }
    document.setdefault("operationHistory", []).append(operation)
    return str(operation["op_id"])


@contextmanager
def _step(name: str) -> Iterator[None]:
    """Refusals of a step name it; what the data base says gets its prefix a second time, as in reality."""
    try:
        yield
    except Refusal as refusal:
        prefix = "database exception " if str(refusal).startswith("database exception ") else ""
        raise Refusal(f"{prefix}{refusal} while '{name}'", refusal.status) from None


class Clusters:
    """Answers calls on ``/osm/k8scluster/v1``."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self.store = store
        self.bus = bus
        #: the schema of profile changes; one change of a name or description puts another in its place
        self.attach_schema: Schema = ATTACH

    def serve(self, call: Call) -> Answer:
        """Answer a call whose URL and verb are known to be right."""
        if call.topic in PROFILES:
            return self._profile(call)
        if call.method == "GET":
            return self._read(call)
        if call.method == "POST":
            if call.item_id == "register":
                return self._register(call)
            if call.item in ("scale", "upgrade"):
                return self._update(call)
            return self._create(call)
        if call.method == "DELETE":
            return self._deregister(call) if call.item == "deregister" else self._delete(call)
        if not call.body.data and not call.words and not call.session.set_project:
            raise Refusal("Nothing to update. Provide payload and/or query string")
        return self._attach(call) if call.item in PROFILES else self._edit(call)

    # -- reading -------------------------------------------------------------------------------------------------

    def _read(self, call: Call) -> Answer:
        if not call.item_id:
            return Answer(200, self._both(call))
        live = self.store.get("clusters", call.session, call.item_id)
        if call.item in PROFILES:
            found = [self.store.get(PROFILES[call.item], call.session, p) for p in live[call.item]]
            return Answer(200, found)
        if call.item == "get_creds":
            op_id = open_operation(live, "get_creds")
            self.bus("clusters", "get_creds", live["_id"], op_id, {})
            return Answer(200, {"op_id": op_id})
        if call.item == "get_creds_file":
            ended = [o["result"] for o in live["operationHistory"] if o["op_id"] == call.rest[0]]
            if ended[-1:] != [True]:
                raise unprocessable("Not possible to get the credentials of the cluster")
            text = yaml.safe_dump(live["credentials"], indent=4, default_flow_style=False)
            return Answer(200, raw=text.encode(), content_type="text/plain")
        return Answer(200, live)

    def _both(self, call: Call) -> list[Document]:
        """The clusters, and the accounts of ``admin/v1/k8sclusters`` that are none of them."""
        found = self.store.listing("clusters", call.session, call.filters)
        names = {d["name"] for d in found}
        for account in self.store.listing("k8sclusters", call.session, call.filters):
            if account["name"] not in names:
                state = account["_admin"].get("operationalState", "Unknown")
                shown = {"state": "N/A", "bootstrap": "NO", "operatingState": "N/A", "resourceState": state}
                found.append({**account, **shown, "created": "NO"})
        return found

    # -- making --------------------------------------------------------------------------------------------------

    def _create(self, call: Call) -> Answer:
        body, session = call.document(), call.session
        with _step("name unique check"):
            self._free_name(session, body["name"])
        with _step("validating input parameters"):
            vim = self._vim(body["vim_account"])
            given = "node_count" in body, "node_size" in body
            if vim["vim_type"] == "aws" and any(given):
                raise ValueError("node_count and node_size are not allowed for AWS")
            if vim["vim_type"] in CLOUDS - {"aws"} and not any(given):
                raise ValueError("node_count and node_size are mandatory parameter")
            check(body, CREATE)
        params = copy.deepcopy(body)
        document = {**copy.deepcopy(body), "current_operation": None}
        self._check_subnets(document)
        document |= {"created": "true", "state": "IN_CREATION", "operatingState": "PROCESSING"}
        for name in ("region_name", "resource_group"):
            value = (vim.get("config") or {}).get(name)
            if name not in body and value:
                document[name] = value
        document |= {"config": body.get("config", {}), "node_count": body.get("node_count", 0), "ksu_count": 0}
        return self._made(call, document, "create", params)

    def _register(self, call: Call) -> Answer:
        body, session = call.document(), call.session
        with _step("name unique check"):
            self._free_name(session, body["name"])
        with _step("validating input parameters"):
            check(body, REGISTER)
        document = {k: body[k] for k in ("name", "credentials", "vim_account", "bootstrap")}
        document |= {"openshift": body.get("openshift", False), "created": "false", "current_operation": None}
        document |= {"state": "IN_CREATION", "operatingState": "PROCESSING"}
        if "description" in body:
            document["description"] = body["description"]
        with _step("registering the cluster at database"):
            self._vim(body["vim_account"])
        return self._made(call, copy.deepcopy(document), "register", body)

    def _made(self, call: Call, document: Document, command: str, params: Document) -> Answer:
        session = call.session
        for word, topic in PROFILES.items():
            text = f"{topic} profile for cluster {document['name']}"
            profile = self._new_profile(topic, session, document["name"], text, default=True)
            open_operation(profile, "create", params)
            self.store.replace(topic, profile)
            document[word] = [profile["_id"]]
        document["git_name"] = self._git_name("clusters", session, document["name"])
        document["resourceState"] = "IN_PROGRESS.REQUEST_RECEIVED"
        stamp(document, session)
        op_id = open_operation(document, command, params)
        self._age_keys(document)
        self.store.replace("clusters", document)
        self._shadow(document, session)
        self.bus("clusters", command, document["_id"], op_id, {})
        identity = {"_id": document["_id"], "id": document["_id"]}
        return Answer(201, identity, call.location(document["_id"]))

    def _shadow(self, cluster: Document, session: Session) -> None:
        """Every cluster also is an account of ``admin/v1/k8sclusters``, where NS instances look for it."""
        account: Document = {
            "name": cluster["name"],
            "credentials": {},
            "k8s_version": cluster.get("k8s_version"),
            "vim_account": self._vim(cluster["vim_account"])["_id"],
            "nets": {"k8s_net1": None},
            "deployment_methods": {"juju-bundle": False, "helm-chart-v3": True},
            "description": cluster.get("description"),
            "namespace": "kube-system",
            "osm_acm": True,
            "schema_version": "1.11",
        }
        stamp(account, session)
        account["_admin"].update(
            operationalState="PROCESSING",
            operations=[new_operation("create")],
            current_operation=None,
            helm_chart_repos=[],
            juju_bundle_repos=[],
        )
        self.store.replace("k8sclusters", account)

    @staticmethod
    def _check_subnets(document: Document) -> None:
        private, public = document.get("private_subnet"), document.get("public_subnet")
        if bool(private) != bool(public):
            raise ValueError("'public_subnet' must be provided if 'private_subnet' is given and viceversa.")
        for name, subnets, wanted in (("private_subnet", private, 2), ("public_subnet", public, 1)):
            if subnets and len(subnets) != wanted:
                raise ValueError(f"{name} must contain exactly {wanted} items, got {len(subnets)}")

    def _vim(self, name: str) -> Document:
        """The VIM account of this name; an id is no name."""
        vim = next(self.store.find("vim_accounts", name=name), None)
        if vim is None:
            raise not_found({"name": name})
        return vim

    def _free_name(self, session: Session, name: str) -> None:
        if any(d["name"] == name for d in self.store.listing("clusters", session)):
            raise conflict(f"name '{name}' already exists for clusters")
        for topic in ("k8sclusters", "k8sapp", "k8sinfra_config", "k8sinfra_controller", "k8sresource"):
            if next(self.store.find(topic, name=name), None):
                raise conflict(f"name '{name}' already exists in topic '{topic}'")

    def _git_name(self, topic: str, session: Session, name: str) -> str:
        taken = any(d.get("git_name") == name.lower() for d in self.store.listing(topic, session))
        alphabet = string.ascii_lowercase + string.digits
        return name.lower() + ("".join(secrets.choice(alphabet) for _unused in range(5)) if taken else "")

    @staticmethod
    def _age_keys(document: Document) -> None:
        for name, prefix in (("age_pubkey", "age1"), ("age_privkey", "AGE-SECRET-KEY-1")):
            document[name] = encrypt(prefix + secrets.token_hex(29), document["_id"])

    # -- changing ------------------------------------------------------------------------------------------------

    def _depends(self, found: dict[str, str], deleting: bool = False) -> None:
        """Raise 422 unless every object is CREATED and at rest (or, for a deletion, failed to be created)."""
        for word, item_id in found.items():
            item = self.store.all(_TOPICS[word]).get(item_id)
            if item is None:
                raise not_found({"_id": item_id})
            if deleting and item["state"] == "FAILED_CREATION" and item["operatingState"] == "IDLE":
                return
            if item["state"] != "CREATED":
                raise unprocessable(f"State of the {item['name']} {word} is {item['state']}")
            if item["operatingState"] == "PROCESSING":
                raise unprocessable(f"operatingState of the {item['name']} {word} is not IDLE")

    def _edit(self, call: Call) -> Answer:
        self.attach_schema = EDIT
        changes = call.document()
        final = self.store.copy("clusters", call.session, call.item_id or "")
        check(changes, EDIT)
        old, new = final["name"], changes.get("name")
        merge(final, changes)
        if new and new != old:
            if any(d["name"] == new for d in self.store.listing("clusters", call.session)):
                raise conflict(f"name '{new}' already exists for clusters")
            for topic in ("k8sclusters", *PROFILES.values()):
                if next(self.store.find(topic, name=new), None):
                    raise conflict(f"name '{new}' already exists for {topic}")
            for topic in ("k8sclusters", *PROFILES.values()):
                for other in list(self.store.find(topic, name=old))[:1]:
                    other["name"] = new
        share(final, call.session)
        final["_admin"]["modified"] = time.time()
        self.store.replace("clusters", final)
        return Answer(204)

    def _attach(self, call: Call) -> Answer:
        word, body, item_id = call.item or "", call.document(), call.item_id or ""
        check(body, self.attach_schema)
        verb = next((v for v in ("add", "remove") if body.get(f"{v}_profile")), None)
        if verb is None:
            raise unprocessable("Add / remove operation is only applicable")
        profile_id = body[f"{verb}_profile"][0]["id"]
        self._depends({"cluster": item_id, word: profile_id})
        live = self.store.get("clusters", call.session, item_id)
        attached = profile_id in live[word]
        if verb == "add":
            if attached:
                raise unprocessable(f"{word} {profile_id} already exists")
            live["operatingState"] = "PROCESSING"
        else:
            if self.store.all(PROFILES[word])[profile_id].get("default"):
                raise unprocessable("Cannot remove default profile")
            if not attached:
                raise unprocessable(f"{word} {profile_id} does'nt exists")
        op_id = open_operation(live, verb, body)
        self.bus("clusters", verb, live["_id"], op_id, {"profile_id": profile_id, "profile_type": word})
        return Answer(204)

    def _update(self, call: Call) -> Answer:
        body = call.document()
        check(body, UPDATE)
        live = self.store.get("clusters", call.session, call.item_id or "")
        live |= {"operatingState": "PROCESSING", "resourceState": "IN_PROGRESS"}
        op_id = open_operation(live, call.item or "", body)
        self.bus("clusters", call.item or "", live["_id"], op_id, {})
        return Answer(201, {"op_id": op_id})

    # -- removing ------------------------------------------------------------------------------------------------

    def _delete(self, call: Call) -> Answer:
        item_id = call.item_id or ""
        self._depends({"cluster": item_id}, deleting=True)
        live = self.store.get("clusters", call.session, item_id)
        if live["created"] == "false":
            raise unprocessable("Cannot delete registered cluster. Please deregister.")
        if leave(live, call.session):
            self._leaving("clusters", live, call.session)
        return Answer(204)

    def _leaving(self, topic: str, live: Document, session: Session) -> None:
        live |= {"state": "IN_DELETION", "operatingState": "PROCESSING", "current_operation": None}
        op_id = open_operation(live, "delete")
        self.bus(topic, "delete", live["_id"], op_id, {"force": session.force})

    def _deregister(self, call: Call) -> Answer:
        live = self.store.get("clusters", call.session, call.item_id or "")
        op_id = open_operation(live, "deregister")
        if not leave(live, call.session):
            return Answer(204)
        self.bus("clusters", "deregister", live["_id"], op_id, {"force": False})
        return Answer(202, {"_id": live["_id"]})

    # -- profiles ------------------------------------------------------------------------------------------------

    def _new_profile(self, topic: str, session: Session, name: str, text: str, default: bool) -> Document:
        profile: Document = {"name": name, "description": text, "default": default}
        profile |= {"git_name": self._git_name(topic, session, name), "current_operation": None}
        profile |= {"state": "IN_CREATION", "operatingState": "IN_PROGRESS"}
        profile["resourceState"] = "IN_PROGRESS.REQUEST_RECEIVED"
        return stamp(profile, session)

    def _profile(self, call: Call) -> Answer:
        word, session, item_id = call.topic, call.session, call.item_id or ""
        topic = PROFILES[word]
        if call.method == "GET":
            one = bool(call.item_id)
            found: Any = self.store.get(topic, session, item_id) if one else None
            return Answer(200, found if one else self.store.listing(topic, session, call.filters))
        if call.method == "POST":
            body = call.document()
            with _step("name unique check"):
                self._free_profile(topic, session, body["name"])
            with _step("validating input parameters"):
                check(body, PROFILE)
            profile = self._new_profile(topic, session, body["name"], body["description"], default=False)
            op_id = open_operation(profile, "create", body)
            self._age_keys(profile)
            self.store.replace(topic, profile)
            self.bus(topic, "create", profile["_id"], op_id, {})
            identity = {"_id": profile["_id"], "id": profile["_id"]}
            return Answer(201, identity, call.location(profile["_id"]))
        if call.method == "DELETE":
            self._depends({word: item_id}, deleting=True)
            live = self.store.get(topic, session, item_id)
            if live["default"]:
                raise unprocessable("Cannot delete item because it is marked as default")
            for cluster in self.store.all("clusters").values():
                cluster[word] = [p for p in cluster[word] if p != item_id]
            self._leaving(topic, live, session)
            return Answer(202, {"_id": item_id})
        if not call.body.data and not call.words and not session.set_project:
            raise Refusal("Nothing to update. Provide payload and/or query string")
        changes = call.document()
        final = self.store.copy(topic, session, item_id)
        check(changes, PROFILE)
        old = final["name"]
        merge(final, changes)
        if final["default"]:
            raise unprocessable("Cannot edit default profiles")
        if final["name"] != old:
            self._free_profile(topic, session, final["name"])
        share(final, session)
        final["_admin"]["modified"] = time.time()
        self.store.replace(topic, final)
        return Answer(204)

    def _free_profile(self, topic: str, session: Session, name: str) -> None:
        if any(d["name"] == name for d in self.store.listing(topic, session)):
            raise conflict(f"name '{name}' already exists for {topic}")
