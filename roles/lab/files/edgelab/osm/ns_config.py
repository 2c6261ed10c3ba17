# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""NS configuration templates: parameters of an instantiation that OSM keeps for an NSD."""

from __future__ import annotations

import copy
import time
from typing import Any

from .call import Answer, Call
from .errors import Refusal, conflict, unprocessable
from .merge import merge, override
from .schemas import check
from .schemas_slices import TEMPLATE, TEMPLATE_PARTS
from .session import Session, leave
from .store import Document, Store, stamp

TOPIC = "ns_config_template"
_FLAVORS = "Instantiation parameters vim-flavor-name and vim-flavor-id are mutually exclusive"


class NsConfigTemplates:
    """Answers calls on ``nsd/v1/ns_config_template``; they are kept like packages, with revisions."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def serve(self, call: Call) -> Answer:
        """Answer GET, POST, PUT of ``template_content`` or DELETE."""
        if call.method == "GET":
            if call.item_id:
                return Answer(200, self.store.get(TOPIC, call.session, call.item_id))
            return Answer(200, self.store.listing(TOPIC, call.session, call.filters))
        if call.method == "DELETE":
            return self._delete(call)
        if call.method == "POST":
            return self._create(call)
        if not call.body.data and not call.words and not call.session.set_project:
            raise Refusal("Nothing to update. Provide payload and/or query string")
        self._upload(call, call.item_id or "")
        return Answer(204)

    def _create(self, call: Call) -> Answer:
        """As with packages: an empty object first, then its content; nothing is left where that is refused."""
        self.store.check_quota(TOPIC, TOPIC, call.session, self.store.all("projects"))
        document: Document = {"_admin": {"userDefinedData": {}, "revision": 0}}
        stamp(document, call.session)
        document["_admin"].update(onboardingState="CREATED", operationalState="DISABLED", usageState="NOT_IN_USE")
        self.store.replace(TOPIC, document)
        try:
            self._upload(call, document["_id"])
        except BaseException:
            del self.store.all(TOPIC)[document["_id"]]
            raise
        return Answer(201, {"id": document["_id"]}, call.location(document["_id"]))

    def _upload(self, call: Call, item_id: str) -> None:
        current = self.store.copy(TOPIC, call.session, item_id)
        known = all(current.get(key) for key in ("name", "nsdId", "config"))
        edit = call.body.data
        override(edit, call.words)
        admin = current["_admin"]
        admin.update(onboardingState="ONBOARDED", operationalState="ENABLED", modified=time.time())
        admin["revision"] += 1
        bound = current.get("nsdId")
        merge(current, edit)
        if not known:
            check(edit, TEMPLATE)
        try:
            self._check(edit, item_id, bound)
        except Exception as error:  # whatever it is, the real engine words it so
            raise unprocessable(f"Error in instantiation parameters validation: {error}") from None
        if "config" in edit:
            current["config"] = copy.deepcopy(edit["config"])  # replaced, not merged
        self.store.replace(TOPIC, current)

    def _check(self, edit: Document, item_id: str, bound: Any) -> None:
        for key, value in edit.items():
            if key == "name" and value:
                # of every project
                if any(d["_id"] != item_id for d in self.store.find(TOPIC, name=value)):
                    raise Refusal(f"{value} of the template already exist")
            elif key == "nsdId" and bound:
                raise Refusal("Nsd id cannot be edited")
            elif key == "config":
                for part, content in value.items():
                    for vnf in content if part == "vnf" else ():
                        for vdu in vnf.get("vdu"):  # a VNF without VDUs trips here, as in reality
                            if vdu.get("vim-flavor-name") and vdu.get("vim-flavor-id"):
                                raise Refusal(_FLAVORS)
                    check(content, TEMPLATE_PARTS[part])

    def _delete(self, call: Call) -> Answer:
        live = self.store.get(TOPIC, call.session, call.item_id or "")
        users = (nsr["instantiate_params"].get("nsConfigTemplateId") for nsr in self.store.all("nsrs").values())
        if not call.session.force and live["_id"] in users:
            raise conflict("There is at least one NS instance using this template")
        if leave(live, call.session):
            del self.store.all(TOPIC)[live["_id"]]
        return Answer(204)


def apply_template(store: Store, session: Session, request: Document) -> None:
    """Put a template's parameters into the request for an NS that names one."""
    template_id = request.get("nsConfigTemplateId")
    if not template_id:
        return
    found = store.all(TOPIC).get(template_id)
    if found is None or not session.may_see(found):
        # the real engine goes on with nothing in its hands
        raise AttributeError("'NoneType' object has no attribute 'get'")
    for key in ("vnf", "vld", "additionalParamsForVnf", "additionalParamsForNs"):
        if key in found["config"]:
            request[key] = copy.deepcopy(found["config"][key])
    if found["_admin"]["operationalState"] == "DISABLED":
        raise conflict(
            f"ns_config_template with id '{template_id}' is DISABLED, and thus cannot be used to create a network "
            "service"
        )
    found["_admin"]["usageState"] = "IN_USE"


def forget_templates(store: Store, nsd_id: str) -> None:
    """The templates of an NSD go away with it."""
    for template in list(store.find(TOPIC, nsdId=nsd_id)):
        del store.all(TOPIC)[template["_id"]]
