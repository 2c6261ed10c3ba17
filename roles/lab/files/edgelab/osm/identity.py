# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects, users and roles of the NBI (its ``internal`` back end, with user management on)."""

from __future__ import annotations

import time
from typing import Any

import bcrypt

from .call import Answer, Call
from .errors import Refusal, conflict, unprocessable
from .merge import merge
from .permissions import GRANTABLE, ROLES, allowed
from .query import matches
from .schemas import IDENTITY, check
from .store import Document, Store, is_uuid, stamp

#: roles that nobody can change or remove
_BUILT_IN = ("system_admin", "project_admin")
#: a new password of this length is taken for a hash, and not set
_HASH_LENGTH = 64
#: what a project owns that stands against its removal: topic, what a refusal calls it, what it is named by
_OWNED = (
    ("vnfds", "VNF Descriptor", "id"),
    ("nsds", "NS Descriptor", "id"),
    ("nsts", "NS Template", "id"),
    ("pdus", "PDU Descriptor", "name"),
)
_MAPPING_EDITS = ("add_project_role_mappings", "remove_project_role_mappings")


class Identity:
    """Keeps projects, users and roles in the store. Passwords are bcrypt hashes of ``rounds`` rounds."""

    def __init__(self, store: Store, rounds: int) -> None:
        self.store = store
        self.rounds = rounds
        for name, permissions in ROLES.items():
            self._add("roles", {"name": name, "permissions": dict(permissions)})

    def _add(self, topic: str, document: Document) -> Document:
        self.store.replace(topic, stamp(document, None))
        return document

    def seed(self, projects: list[str], users: list[Document]) -> None:
        """Create projects and ready-to-use users: ``{username, password, projects: [name], role: name}``."""
        for name in projects:
            self._add("projects", {"name": name, "admin": name == "admin", "quotas": {}})
        for user in users:
            role = self.named("roles", user.get("role", "system_admin"))["_id"]
            mappings = [{"project": self.named("projects", p)["_id"], "role": role} for p in user["projects"]]
            added = self.add_user(
                {"username": user["username"], "password": user["password"], "project_role_mappings": mappings}
            )
            added["_admin"]["password_expire_time"] = time.time() + 30 * 86400

    def add_user(self, user: Document) -> Document:
        """Store a user; the password expires at once, as for every user that an administrator creates."""
        user["password"] = self.hash(user["password"])
        user["hashing_function"] = "bcrypt"
        now = time.time()
        user.setdefault("_admin", {}).update(
            user_status="always-active" if user["username"] == "admin" else "active",
            password_expire_time=now,
            account_expire_time=now + 90 * 86400,
            retry_count=0,
            last_token_time=0,
            password_history=[user["password"]],
        )
        return self._add("users", user)

    def hash(self, password: str) -> str:
        """The stored form of a password: a bcrypt hash as hexadecimal text."""
        return bcrypt.hashpw(password.encode(), bcrypt.gensalt(self.rounds)).hex()

    @staticmethod
    def verify(password: str, hashed: str) -> bool:
        """Whether ``password`` has that hash; slow by design."""
        return bcrypt.checkpw(password.encode(), bytes.fromhex(hashed))

    def named(self, topic: str, name_or_id: str) -> Document:
        """A project, user or role by name or id; raises 404."""
        field = "_id" if is_uuid(name_or_id) else ("username" if topic == "users" else "name")
        for document in self.store.find(topic, **{field: name_or_id}):
            return document
        raise Refusal(f"database exception Not found entry with filter='{ {field: name_or_id} }'", 404)

    def grants(self, roles: list[dict[str, str]], operation: str) -> bool:
        """Whether any of a token's roles allows ``operation``."""
        held = [self.store.all("roles").get(role["id"]) for role in roles]
        return any(allowed(role["permissions"], operation) for role in held if role)

    # -- calls ---------------------------------------------------------------------------------------------------

    def serve(self, call: Call) -> Answer:
        """Answer a call on ``projects``, ``users`` or ``roles``; all of them are synchronous."""
        topic = call.topic
        if call.method == "GET":
            if call.item_id:
                return Answer(200, self._shown(topic, self._reachable(call)))
            return Answer(200, self._listing(call))
        if call.method == "POST":
            document = call.document()
            check(document, IDENTITY[topic][0])
            added = {"projects": self._new_project, "users": self._new_user, "roles": self._new_role}[topic](document)
            return Answer(201, {"_id": added["_id"], "id": added["_id"]}, call.location(added["_id"]))
        live = self._reachable(call)
        if call.method == "DELETE":
            return self._delete(call, live)
        changes = call.document()
        if not changes:
            raise Refusal("Nothing to update. Provide payload and/or query string")
        check(changes, IDENTITY[topic][1])
        if topic == "users":
            self._may_edit(call, live, changes)
        {"projects": self._edit_project, "users": self._edit_user, "roles": self._edit_role}[topic](live, changes)
        live["_admin"]["modified"] = time.time()
        return Answer(204)

    def _reachable(self, call: Call) -> Document:
        document = self.named(call.topic, call.item_id or "")
        if not call.session.sees_all and document not in self._own(call):
            raise Refusal(f"database exception Not found entry with filter='{ {'_id': call.item_id} }'", 404)
        return document

    def _own(self, call: Call) -> list[Document]:
        user = self.store.all("users")[call.session.user_id]
        mappings = user["project_role_mappings"]
        return {
            "users": [user],
            "projects": [self.store.all("projects")[m["project"]] for m in mappings],
            "roles": [self.store.all("roles")[m["role"]] for m in mappings],
        }[call.topic]

    def _listing(self, call: Call) -> list[Document]:
        filters = dict(call.filters)
        if call.topic == "users" and "name" in filters:
            filters["username"] = filters.pop("name")
        pool = list(self.store.all(call.topic).values()) if call.session.sees_all else self._own(call)
        return [self._shown(call.topic, d) for d in pool if matches(d, filters)]

    def _shown(self, topic: str, document: Document) -> Document:
        if topic != "users":
            return document
        mappings = [
            {
                **mapping,
                "project_name": self.store.all("projects").get(mapping["project"], {}).get("name"),
                "role_name": self.store.all("roles").get(mapping["role"], {}).get("name"),
            }
            for mapping in document["project_role_mappings"]
        ]
        return {**document, "project_role_mappings": mappings}

    # -- projects ------------------------------------------------------------------------------------------------

    def _new_project(self, document: Document) -> Document:
        self._free_project(document["name"])
        return self._add("projects", document)

    def _free_project(self, name: str) -> None:
        if is_uuid(name):
            raise unprocessable(f"project name '{name}' cannot have an uuid format")
        if any(self.store.find("projects", name=name)):
            raise conflict(f"project '{name}' exists")

    def _edit_project(self, live: Document, changes: Document) -> None:
        if changes.get("name") != live["name"]:
            if live["name"] == "admin":  # also where no name is given
                raise conflict("You cannot rename project 'admin'")
            if changes.get("name"):
                self._free_project(changes["name"])
        merge(live, changes)

    # -- users ---------------------------------------------------------------------------------------------------

    def _mappings(self, document: Document) -> list[dict[str, str]]:
        """Ids of ``project_role_mappings`` and of the older ``projects``, which gives the role project_admin."""
        given = list(document.get("project_role_mappings") or [])
        given += [{"project": name, "role": "project_admin"} for name in document.pop("projects", [])]
        result: list[dict[str, str]] = []
        for one in given:
            ids = {
                "project": self.named("projects", one["project"])["_id"],
                "role": self.named("roles", one["role"])["_id"],
            }
            if ids not in result:
                result.append(ids)
        return result

    def _new_user(self, document: Document) -> Document:
        self._free_user(document["username"])
        document["project_role_mappings"] = self._mappings(document)
        return self.add_user(document)

    def _free_user(self, username: str) -> None:
        if is_uuid(username):
            raise unprocessable(f"username '{username}' cannot have a uuid format")
        if any(self.store.find("users", username=username)):
            raise conflict(f"username '{username}' is already used")

    def _may_edit(self, call: Call, live: Document, changes: Document) -> None:
        """Raise 400, 409 or 422 for what only an administrator, or only the user, may change."""
        session = call.session
        if changes.get("project_role_mappings") and any(changes.get(name) for name in _MAPPING_EDITS):
            raise Refusal(
                "Option 'project_role_mappings' is incompatible with 'add_project_role_mappings' or "
                "'remove_project_role_mappings'"
            )
        if any(changes.get(name) for name in ("project_role_mappings", *_MAPPING_EDITS)):
            mappings = self.store.all("users")[session.user_id]["project_role_mappings"]
            roles = [self.store.all("roles")[m["role"]]["permissions"] for m in mappings]
            if not any(p.get("roles", p.get("default")) for p in roles):
                raise unprocessable(
                    f"User {session.username} has no privileges to edit or delete project-role mappings"
                )
        by_self = not session.manager and not changes.get("system_admin_id")
        for name in ("password", "username"):
            # the id in the URL counts: a user who writes the own name there is refused as well
            if changes.get(name) and by_self and call.item_id != session.user_id:
                raise Refusal(f"You are not allowed to change other users {name}")
        if changes.get("password") and by_self and not changes.get("old_password"):
            raise Refusal("Password change requires old password or admin ID")
        if changes.get("old_password") and not self.verify(changes["old_password"], live["password"]):
            raise conflict("Incorrect password")

    def _edit_user(self, live: Document, changes: Document) -> None:
        if changes.get("username"):
            self._free_user(changes["username"])
            live["username"] = changes["username"]
        if changes.get("unlock"):
            self._unlock(live, changes)
        if isinstance(changes.get("projects"), dict):
            names = changes.pop("projects")
            changes.setdefault("add_project_role_mappings", []).extend(
                {"project": v, "role": "project_admin"} for k, v in names.items() if k.startswith("$+")
            )
            changes.setdefault("remove_project_role_mappings", []).extend(
                {"project": k[1:]} for k, v in names.items() if v is None
            )
        if changes.get("project_role_mappings"):
            live["project_role_mappings"] = self._mappings(changes)
        for gone in changes.get("remove_project_role_mappings") or []:
            self._unmap(live, gone)
        added = self._mappings(
            {
                "project_role_mappings": changes.get("add_project_role_mappings") or [],
                "projects": changes.get("projects") or [],
            }
        )
        live["project_role_mappings"] += [m for m in added if m not in live["project_role_mappings"]]
        if changes.get("email_id"):
            live["email_id"] = changes["email_id"]
        if changes.get("password"):
            self._set_password(live, changes["password"])

    def _set_password(self, live: Document, password: str) -> None:
        if len(password) == _HASH_LENGTH:
            return
        history = live["_admin"]["password_history"]
        # a list in the list, which the first change leaves behind, ends the next one in a TypeError (and so in a 400)
        if any(self.verify(password, old) for old in history):
            raise conflict("Password is used before")
        live["password"] = self.hash(password)
        live["_admin"]["password_history"] = [*history, [live["password"]]]
        live["_admin"]["password_expire_time"] = time.time() + 30 * 86400

    def _unlock(self, live: Document, changes: Document) -> None:
        if not changes.get("system_admin_id"):
            raise conflict("system_admin_id is the required field to unlock the user")
        admin = self.named("users", changes["system_admin_id"])
        roles = [self.store.all("roles")[m["role"]] for m in admin["project_role_mappings"]]
        if not any(r["permissions"].get("admin") and r["permissions"].get("default") for r in roles):
            raise conflict(f"User '{changes['system_admin_id']}' does not have the privilege to unlock the user")
        live["_admin"].update(user_status="active", retry_count=0)

    def _unmap(self, live: Document, gone: Document) -> None:
        project = self.named("projects", gone["project"])["_id"]
        role = self.named("roles", gone["role"])["_id"] if gone.get("role") else None
        if live["username"] == "admin" and gone["project"] == "admin" and gone.get("role") in (None, "system_admin"):
            raise Refusal("You cannot remove system_admin role from admin user", 403)
        kept = [m for m in live["project_role_mappings"] if m["project"] != project or (role and m["role"] != role)]
        if len(kept) == len(live["project_role_mappings"]):
            extra = f" or role '{gone['role']}'" if role else ""
            raise Refusal(f"User is not mapped with project '{gone['project']}'{extra}", 404)
        live["project_role_mappings"] = kept

    # -- roles ---------------------------------------------------------------------------------------------------

    def _new_role(self, document: Document) -> Document:
        if any(self.store.find("roles", name=document["name"])):
            raise conflict(f"role name '{document['name']}' exists")
        document["permissions"] = {"default": False, "admin": False, **(document.get("permissions") or {})}
        self._grantable(document["permissions"])
        return self._add("roles", document)

    def _edit_role(self, live: Document, changes: Document) -> None:
        self._grantable(changes.get("permissions") or {})
        if live["name"] in _BUILT_IN:  # whatever is to be changed
            raise Refusal(f"You cannot rename role '{live['name']}'", 403)
        renamed = changes.get("name") and changes["name"] != live["name"]
        if renamed and any(self.store.find("roles", name=changes["name"])):
            raise conflict(f"role name '{changes['name']}' exists")
        merge(live, changes)

    @staticmethod
    def _grantable(permissions: dict[str, Any]) -> None:
        for key in permissions:
            if key.endswith(":"):
                raise unprocessable("Operation cannot end with ':'")
            if key.split(":")[0] not in GRANTABLE:
                raise unprocessable(f"Invalid permission '{key}'")

    # -- deletion ------------------------------------------------------------------------------------------------

    def _owns_nothing(self, project: Document) -> None:
        for topic, title, key in _OWNED:
            for document in self.store.all(topic).values():
                if project["_id"] in document["_admin"].get("projects_read", ()):
                    raise conflict(
                        f"Project '{project['name']}' ({project['_id']}) is being used by {title} '{document.get(key)}'"
                    )

    def _delete(self, call: Call, live: Document) -> Answer:
        users = self.store.all("users").values()
        if call.topic == "projects":
            if live["_id"] == call.session.project_id:
                raise conflict("You cannot delete your own project")
            if live["name"] == "admin":
                raise conflict("You cannot delete project 'admin'")
            user = next(
                (u for u in users if any(m["project"] == live["_id"] for m in u["project_role_mappings"])), None
            )
            if user and not call.session.force:
                raise conflict(f"Project '{live['name']}' ({live['_id']}) is being used by user '{user['username']}'")
            if not call.session.force:
                self._owns_nothing(live)
            reply: Any = Answer(204)
        elif call.topic == "users":
            if live["_id"] == call.session.user_id:
                raise conflict("You cannot delete your own login user ")
            reply = Answer(202, {"_id": True})
        else:
            if live["name"] in _BUILT_IN:
                raise Refusal(f"You cannot delete role '{live['name']}'", 403)
            user = next((u for u in users if any(m["role"] == live["_id"] for m in u["project_role_mappings"])), None)
            if user and not call.session.force:
                raise conflict(f"Role '{live['name']}' ({live['_id']}) is being used by user '{user['username']}'")
            reply = Answer(202, {"_id": {"deleted": 1}})
        del self.store.all(call.topic)[live["_id"]]
        return reply  # type: ignore[no-any-return]
