# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VNF packages, NS packages and slice templates: upload in one step or two, revisions, edits, downloads, deletion."""

from __future__ import annotations

import base64
import copy
import hashlib
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import yaml

from . import archives, slices
from .call import Answer, Call
from .changes import check_change
from .descriptors import HasFile, check_vnfds, unique_ids, unwrap, validate
from .errors import Refusal, conflict
from .merge import merge, override
from .ns_config import forget_templates
from .session import Session, leave, share
from .store import Document, Store, stamp


@dataclass(frozen=True)
class Kind:
    """The names that VNF packages, NS packages and slice templates have for the same things."""

    topic: str
    quota: str
    word: str
    content: str
    #: names of the states on output, and of the links
    states: tuple[str, str, str]
    links: tuple[tuple[str, str], ...]
    base: str


KINDS = {
    "vnfpkgm": Kind(
        "vnfds",
        "vnfds",
        "vnfd",
        "package_content",
        ("onboardingState", "operationalState", "usageState"),
        (("vnfd", "vnfd"), ("packageContent", "package_content")),
        "/vnfpkgm/v1/vnf_packages",
    ),
    "nsd": Kind(
        "nsds",
        "nsds",
        "nsd",
        "nsd_content",
        ("nsdOnboardingState", "nsdOperationalState", "nsdUsageState"),
        (("nsd_content", "nsd_content"), ("nsd", "nsd")),
        "/nsd/v1/ns_descriptors",
    ),
    "nst": Kind(
        "nsts",
        "slice_templates",
        "nst",
        "nst_content",
        ("onboardingState", "operationalState", "usageState"),
        (("nst", "nst"),),
        "/nst/v1/netslice_templates",
    ),
}


class Packages:
    """Answers calls on VNF packages, NS descriptors and slice templates."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def serve(self, call: Call) -> Answer:
        """Answer a call below ``vnfpkgm``, ``nsd`` or ``nst``."""
        kind = KINDS[call.main]
        if call.method == "GET":
            if call.item:
                return self._download(kind, call)
            if call.item_id:
                return Answer(200, self._projected(kind, self.store.get(kind.topic, call.session, call.item_id)))
            found = self.store.listing(kind.topic, call.session, call.filters)
            return Answer(200, [self._projected(kind, document) for document in found])
        if call.method == "POST":
            if call.item == "action":
                raise Refusal("Method POST not supported yet for this URL", HTTPStatus.NOT_IMPLEMENTED)
            return self._post_content(kind, call) if call.topic.endswith("_content") else self._post(kind, call)
        if call.method == "DELETE":
            return self._delete(kind, call)
        if not call.body.data and not call.words and not call.session.set_project:
            raise Refusal("Nothing to update. Provide payload and/or query string")
        if call.item == kind.content:
            return self._upload(kind, call, call.item_id or "")
        return self._edit(kind, call)

    @staticmethod
    def _projected(kind: Kind, document: Document) -> Document:
        """The object as it is shown: with its states at the top level and its links."""
        admin, address = document["_admin"], f"{kind.base}/{document['_id']}"
        stored = (admin["onboardingState"], admin["operationalState"], admin["usageState"])
        links = {"self": {"href": address}}
        links |= {name: {"href": f"{address}/{part}"} for name, part in kind.links}
        return {**document, **dict(zip(kind.states, stored, strict=True)), "_links": links}

    # -- create and upload ---------------------------------------------------------------------------------------

    def _empty(self, kind: Kind, session: Session, user_data: Document) -> Document:
        self.store.check_quota(kind.topic, kind.quota, session, self.store.all("projects"))
        document: Document = {"_admin": {"userDefinedData": user_data, "revision": 0}}
        stamp(document, session)
        document["_admin"].update(onboardingState="CREATED", operationalState="DISABLED", usageState="NOT_IN_USE")
        self.store.replace(kind.topic, document)
        return document

    def _post(self, kind: Kind, call: Call) -> Answer:
        data = call.body.data
        if isinstance(data, dict) and "userDefinedData" in data:
            data = data["userDefinedData"]
        if not isinstance(data, dict):
            data = call.document()
        override(data, call.words)
        item_id = self._empty(kind, call.session, data)["_id"]
        return Answer(201, {"_id": item_id, "id": item_id}, call.location(item_id))

    def _post_content(self, kind: Kind, call: Call) -> Answer:
        item_id = call.headers.get("Transaction-Id")
        created = not item_id
        if not item_id:
            item_id = self._empty(kind, call.session, {})["_id"]
        try:
            answer = self._upload(kind, call, item_id)
        except BaseException:
            if created:
                self.store.all(kind.topic).pop(item_id, None)
            raise
        answer.status, answer.data = 201, {"id": item_id}
        if not answer.headers:
            answer.location = call.location(item_id)
        return answer

    def _upload(self, kind: Kind, call: Call, item_id: str) -> Answer:
        current = self.store.copy(kind.topic, call.session, item_id)
        data = call.body.data
        raw: bytes = data if isinstance(data, bytes) else yaml.safe_dump(data, indent=4).encode()
        if not self._is_whole(call, raw):
            return Answer(204, headers={"Transaction-Id": item_id})
        self._check_digests(call, raw)
        revision = current["_admin"].get("revision", 0) + 1
        content_type = call.headers.get("Content-Type") if isinstance(data, bytes) else None
        package = archives.unpack(raw, content_type, call.headers.get("Content-Filename"))
        descriptor = archives.read_descriptor(package)
        if revision > 1:
            self._check_in_use(kind, current, package.descriptor, descriptor)
        changes = self._unwrap(kind, descriptor)
        override(changes, call.words)
        folder = f"{item_id}:{revision}"
        storage = {"fs": "mongo", "path": "/app/storage/", "folder": folder, "descriptor": package.descriptor}
        if package.archived:
            storage |= {"pkg-dir": package.pkg_dir or "", "zipfile": package.filename}
        current["_admin"].update(
            storage=storage,
            onboardingState="ONBOARDED",
            operationalState="ENABLED",
            modified=time.time(),
            revision=revision,
        )
        merge(current, changes)
        self.store.files[folder] = package.files
        try:
            current = self._checked(kind, call.session, current, changes)
        except BaseException:
            del self.store.files[folder]
            raise
        self.store.replace(kind.topic, current)
        self.store.replace(f"{kind.topic}_revisions", {**copy.deepcopy(current), "_id": folder})
        return Answer(204)

    @staticmethod
    def _is_whole(call: Call, raw: bytes) -> bool:
        """False for the first part of an upload in parts; later ones are refused: the real server loses the first."""
        header = call.headers.get("Content-Range")
        if not header:
            return True
        words = header.replace("-", " ").replace("/", " ").split()
        try:
            if words[0] != "bytes":
                raise IndexError
            start, end, total = int(words[1]), int(words[2]) + 1, int(words[3])
        except IndexError:
            raise Refusal("invalid Content-Range header format. Expected 'bytes start-end/total'", 416) from None
        if start:
            raise Refusal("invalid Transaction-Id header", HTTPStatus.NOT_FOUND)
        if len(raw) != end - start:
            raise Refusal(f"Mismatch between Content-Range header {start}-{end - 1} and body length of {len(raw)}", 416)
        return end == total

    @staticmethod
    def _check_digests(call: Call, raw: bytes) -> None:
        md5 = call.headers.get("Content-File-MD5")
        # the header counts only for content that is passed through unread
        if md5 and call.body.is_raw and md5 != hashlib.md5(raw, usedforsecurity=False).hexdigest():
            raise conflict("Error, MD5 mismatch")
        digest = call.headers.get("Digest")
        if digest:
            algorithm, _unused, encoded = digest.partition("=")
            if algorithm.strip().lower() != "sha-384":
                raise ValueError(f"Unsupported digest algorithm: {algorithm}")
            if base64.b64decode(encoded) != hashlib.sha384(raw).digest():
                raise conflict("Error, SHA384 mismatch")

    @staticmethod
    def _unwrap(kind: Kind, data: Any) -> Document:
        return slices.unwrap(data) if kind.word == "nst" else unwrap(kind.word, data)

    def _users(self, kind: Kind, item_id: str) -> bool:
        if kind.word == "nst":
            return any(d["_admin"].get("nst-id") == item_id for d in self.store.all("nsis").values())
        records, field = ("vnfrs", "vnfd-id") if kind.word == "vnfd" else ("nsrs", "nsd-id")
        return any(self.store.find(records, **{field: item_id}))

    def _check_in_use(self, kind: Kind, current: Document, name: str, descriptor: Any) -> None:
        # a template in use may be changed at will
        if kind.word == "nst" or not self._users(kind, current["_id"]):
            return
        storage = current["_admin"]["storage"]
        files = self.store.files[storage["folder"]]
        if name not in files:  # the old descriptor is opened under the new one's name
            raise Refusal(f"File {current['_id']}/{name} does not exist", HTTPStatus.NOT_FOUND)
        text = files[name] or b""
        check_change(kind.word, yaml.safe_load(text), descriptor)

    # -- checks --------------------------------------------------------------------------------------------------

    def _finder(self, document: Document) -> HasFile:
        storage = document["_admin"].get("storage") or {}
        files = self.store.files.get(storage.get("folder", ""), {})

        def has(folder: str, file: str | None) -> bool:
            path = "/".join(part for part in (storage.get("pkg-dir"), folder) if part)
            if file:
                return files.get(f"{path}/{file}") is not None
            return bool(archives.listing(files, path))

        return has

    def _checked(self, kind: Kind, session: Session, document: Document, changes: Document) -> Document:
        """The validated form of a changed document; raises what the NBI raises."""
        share(document, session)
        unique_ids(document)
        kept: Document = {key: document.pop(key) for key in ("_id", "_admin") if key in document}
        has = self._finder(kept)
        if kind.word == "nst":
            checked = {**slices.validate(document, session.force), **kept}
        else:
            checked = {**validate(kind.word, document, session.force, has), **kept}
        if not session.force and "id" in changes:
            same = (d for d in self.store.listing(kind.topic, session) if d.get("id") == checked["id"])
            if any(d["_id"] != checked["_id"] for d in same):
                raise conflict(f"{kind.word} with id '{checked['id']}' already exists for this project")
        if kind.word == "nst":
            nsds = {nsd["id"] for nsd in self.store.listing("nsds", session) if "id" in nsd}
            slices.check_nsds(checked, nsds)
            return checked
        if kind.word == "nsd":
            if not session.force:
                check_vnfds(checked, lambda vnfd_id: self._vnfd(session, vnfd_id))
            return checked
        machines = checked.get("vdu") or ()
        pdus = [vdu for vdu in machines if vdu.get("pdu-type")]
        if machines:
            checked["_admin"]["type"] = "vnfd" if not pdus else "pnfd" if len(pdus) == len(machines) else "hnfd"
        return checked

    def _vnfd(self, session: Session, vnfd_id: str) -> Document | None:
        return next((d for d in self.store.listing("vnfds", session) if d.get("id") == vnfd_id), None)

    # -- edit ----------------------------------------------------------------------------------------------------

    def _edit(self, kind: Kind, call: Call) -> Answer:
        if isinstance(call.body.data, dict):
            call.body.data = self._unwrap(kind, call.body.data)
        changes = call.document()
        if changes and call.session.set_project:
            raise Refusal("Cannot edit content and set to project (query string SET_PROJECT) at same time", 422)
        current = self.store.copy(kind.topic, call.session, call.item_id or "")
        if kind.word != "nsd":
            changes.pop("_id", None)
        admin = changes.setdefault("_admin", {})
        state = kind.states[1]
        if state in changes:
            if changes[state] not in ("ENABLED", "DISABLED"):
                raise Refusal(f"State '{changes[state]}' is not a valid operational state")
            admin["operationalState"] = changes.pop(state)
        if "userDefinedData" in changes:
            data = changes.pop("userDefinedData")
            if not isinstance(data, dict):
                raise Refusal(f"userDefinedData should be an object, but is '{type(data)}' instead")
            admin["userDefinedData"] = data
        if admin.get("operationalState", "") == current["_admin"]["operationalState"]:
            raise conflict(f"{state} already {current['_admin']['operationalState']}")
        merge(current, changes)
        current = self._checked(kind, call.session, current, changes)
        current["_admin"]["modified"] = time.time()
        self.store.replace(kind.topic, current)
        return Answer(204)

    # -- download ------------------------------------------------------------------------------------------------

    def _download(self, kind: Kind, call: Call) -> Answer:
        accept = call.headers.get("Accept") or ""
        wants_text = "text/plain" in accept or "*/*" in accept
        wants_zip = "application/zip" if "application/zip" in accept or "*/*" in accept else None
        if not wants_zip and "application/gzip" in accept:
            wants_zip = "application/gzip"
        if not wants_text and not wants_zip:
            raise Refusal("provide request header 'Accept' with 'application/zip' or 'text/plain'", 406)
        admin = self.store.get(kind.topic, call.session, call.item_id or "")["_admin"]
        if admin["onboardingState"] != "ONBOARDED":
            raise conflict(
                "Cannot get content because this resource is not at 'ONBOARDED' state. "
                f"onboardingState is {admin['onboardingState']}"
            )
        storage = admin["storage"]
        files = self.store.files[storage["folder"]]
        if call.item == "artifacts":
            path = "/".join(part for part in (storage["pkg-dir"], *call.rest) if part)
            if archives.is_folder(files, path):
                return Answer(200, archives.listing(files, path))
            if path not in files:
                raise Refusal(f"File {storage['folder']}/{path} does not exist", HTTPStatus.NOT_FOUND)
            return Answer(200, raw=files[path])
        names = archives.listing(files, storage["pkg-dir"]) if storage.get("pkg-dir") else []
        many = len(names) >= 3 or (len(names) == 2 and "checksums.txt" not in names)
        if wants_text and (not many or call.item == kind.word):
            return Answer(200, raw=files[storage["descriptor"]], content_type="text/plain")
        if many and not wants_zip:
            raise Refusal(
                "Packages that contains several files need to be retrieved with 'application/zip'Accept header", 406
            )
        if not storage.get("zipfile"):
            raise Refusal(
                "Only allowed 'text/plain' Accept header for this descriptor. To be solved in future versions", 406
            )
        return Answer(200, raw=files[storage["zipfile"]], content_type=wants_zip or "application/zip")

    # -- delete --------------------------------------------------------------------------------------------------

    def _delete(self, kind: Kind, call: Call) -> Answer:
        live = self.store.get(kind.topic, call.session, call.item_id or "")
        if not call.session.force:
            self._check_unused(kind, call.session, live)
        if kind.word == "nsd":
            forget_templates(self.store, live["_id"])
        if leave(live, call.session):
            del self.store.all(kind.topic)[live["_id"]]
            for revision in range(1, live["_admin"].get("revision", 0) + 1):
                self.store.files.pop(f"{live['_id']}:{revision}", None)
                self.store.all(f"{kind.topic}_revisions").pop(f"{live['_id']}:{revision}", None)
        return Answer(204)

    def _check_unused(self, kind: Kind, session: Session, live: Document) -> None:
        """Raise 409 when something that runs, or another package, needs this one."""
        if kind.word == "nst":
            if self._users(kind, live["_id"]):
                raise conflict("there is at least one Netslice Instance using this descriptor")
            return
        if not live.get("id"):
            return  # nothing was uploaded yet
        if self._users(kind, live["_id"]):
            who = "VNF instance" if kind.word == "vnfd" else "NS instance"
            raise conflict(f"There is at least one {who} using this descriptor")
        if kind.word == "vnfd":
            nsds = self.store.listing("nsds", session)
            if any(live["id"] in (nsd.get("vnfd-id") or ()) for nsd in nsds):
                raise conflict("There is at least one NS package referencing this descriptor")
        else:
            subnets = [s for nst in self.store.listing("nsts", session) for s in nst.get("netslice-subnet") or ()]
            if any(subnet.get("nsd-ref") == live["id"] for subnet in subnets):
                raise conflict("There is at least one NetSlice Template referencing this descriptor")
