# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes next with a subcloud, from what is wanted and what there is: by tables."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.compare import Ref
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change, Wanted
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud import (
    deploying,
    dialect,
    phases,
    running,
    states,
)
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.steps import (
    Done,
    Fail,
    Past,
    Send,
    Wait,
    advance,
    way,
)
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.subclouds import (
    SUBCLOUD,
    check,
    content,
    document,
    gather,
    view,
)

NAME = {"name": "edge-1"}
WHOLE: dict[str, Any] = {
    **NAME,
    "bootstrap_values": {"name": "edge-1", "description": "from the file"},
    "bootstrap_address": "10.10.1.12",
    "sysadmin_password": "x",
}
MANAGED = {**WHOLE, "management_state": "managed"}
ALONE = {**NAME, "management_state": "unmanaged"}
ENROLLED = {**WHOLE, "enroll": True}
CONFIGURED = {**WHOLE, "deploy_config": "config.yml"}


def live(status: str, online: bool = True, managed: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "name": "edge-1",
        "description": "from the file",
        "deploy-status": status,
        "availability-status": "online" if online else "offline",
        "management-state": "managed" if managed else "unmanaged",
        "error-description": "No errors present",
        **more,
    }


GROUPED = live("complete", managed=True, peer_group_id=3)


def wanted(values: dict[str, Any], state: str = "present") -> Wanted:
    return Wanted(SUBCLOUD, values, state)


JOINING = {**WHOLE, "management_state": "managed", "peer_group": "3"}
NEW, ACTED, FRESH = Past(), Past(acted=True), Past(acted=True, fresh=True)
#: case -> (values, record, what this run has done, what is sent, waited for, done or failed)
CASES: dict[str, tuple[dict[str, Any], dict[str, Any] | None, Past, str]] = {
    "not there": (WHOLE, None, NEW, "send add"),
    "not there and nothing given": (NAME, None, NEW, "fail"),
    "just added": (WHOLE, live("not-deployed"), ACTED, "wait busy"),
    "under way": (WHOLE, live("bootstrapping"), NEW, "wait busy"),
    "between, ours": (WHOLE, live("install-complete"), ACTED, "wait between"),
    "between, left by somebody": (WHOLE, live("install-complete"), NEW, "send resume"),
    "installed by hand": (WHOLE, live("create-complete"), NEW, "send resume"),
    "bootstrapped": (WHOLE, live("bootstrap-complete"), NEW, "send complete"),
    "bootstrapped, to be configured": (CONFIGURED, live("bootstrap-complete"), NEW, "send configure"),
    "failed before": (WHOLE, live("install-failed"), NEW, "send resume"),
    "failed in this run": (WHOLE, live("install-failed"), ACTED, "fail"),
    "as it was when resumed": (WHOLE, live("install-failed"), FRESH, "wait between"),
    "failed, not to be resumed": ({**WHOLE, "resume": False}, live("install-failed"), NEW, "fail"),
    "failed, no password": (NAME, live("install-failed"), NEW, "fail"),
    "creation failed": (WHOLE, live("create-failed", online=False), NEW, "send remove"),
    "configuration failed": (CONFIGURED, live("config-failed"), NEW, "send configure"),
    "aborted": (WHOLE, live("bootstrap-aborted"), NEW, "send resume"),
    "restoration failed": (WHOLE, live("restore-failed"), NEW, "fail"),
    "enrolment failed": (ENROLLED, live("enroll-failed"), NEW, "send enroll"),
    "enrolled": (ENROLLED, live("enroll-complete"), NEW, "send complete"),
    "enrolled in this run": (ENROLLED, live("enroll-complete"), Past(True, last="enroll"), "send complete"),
    "deployed": (WHOLE, live("complete"), NEW, "done"),
    "deployed in this run": (WHOLE, live("complete", online=False), ACTED, "wait online"),
    "deployed, to be unlocked later": ({**WHOLE, "wait_online": False}, live("complete", False), ACTED, "done"),
    "deployed and offline": (WHOLE, live("complete", online=False), NEW, "done"),
    "to be managed": (MANAGED, live("complete"), NEW, "send manage"),
    "to be managed, offline": (MANAGED, live("complete", online=False), NEW, "wait online"),
    "to be managed, forced": ({**MANAGED, "force": True}, live("complete", online=False), NEW, "send manage"),
    "managed": (MANAGED, live("complete", managed=True), NEW, "done"),
    "managed and changed": ({**MANAGED, "location": "x"}, live("complete", managed=True), NEW, "send update"),
    "to be left alone": (
        {**NAME, "management_state": "unmanaged"},
        live("complete", managed=True),
        NEW,
        "send unmanage",
    ),
    "install values without password": ({**NAME, "install_values": {"a": 1}}, live("complete"), NEW, "fail"),
    "unmanaged, in a peer group": ({**NAME, "management_state": "unmanaged"}, GROUPED, NEW, "fail"),
    "out of a peer group": ({**NAME, "peer_group": ""}, GROUPED, NEW, "send peer group"),
    "out of it first": ({**NAME, "peer_group": "", "management_state": "unmanaged"}, GROUPED, NEW, "send peer group"),
    "into a peer group, soon online": (JOINING, live("complete", online=False), ACTED, "wait online"),
    "into a peer group, offline": (JOINING, live("complete", online=False), NEW, "fail"),
    "into a peer group": (JOINING, live("complete", managed=True), ACTED, "send peer group"),
    "secondary": (WHOLE, live("secondary", online=False), NEW, "done"),
    "secondary, to be managed": (MANAGED, live("secondary", online=False), NEW, "fail"),
    "a state of tomorrow": (WHOLE, live("dreaming"), NEW, "fail"),
}


def told(verdict: Any) -> str:
    if isinstance(verdict, Send):
        return f"send {verdict.name}"
    if isinstance(verdict, Wait):
        return f"wait {verdict.for_what}"
    return "done" if isinstance(verdict, Done) else "fail"


@pytest.mark.parametrize("case", CASES)
def test_the_next_step(case: str) -> None:
    values, record, past, step = CASES[case]
    assert told(advance(wanted(values), record, {}, past)) == step


#: (record, confirmed) -> what comes next of a removal
LEAVING: list[tuple[dict[str, Any] | None, bool, str]] = [
    (None, False, "done"),
    (live("complete"), False, "fail"),
    (live("complete", managed=True), True, "send unmanage"),
    (live("complete"), True, "wait offline"),
    (live("complete", online=False), True, "send delete"),
    (live("installing", online=False), True, "wait busy"),
    (live("install-failed", online=False), True, "send delete"),
    (live("complete", managed=True, peer_group_id=3), True, "fail"),
    (live("rehome-pending", online=False), True, "fail"),
]


@pytest.mark.parametrize(("record", "confirmed", "step"), LEAVING)
def test_the_way_out(record: dict[str, Any] | None, confirmed: bool, step: str) -> None:
    values = {**NAME, **({"confirm_name": "edge-1"} if confirmed else {})}
    assert told(advance(wanted(values, "absent"), record, {}, NEW)) == step


#: (values, record) -> the whole way, as check mode tells it
WAYS: list[tuple[dict[str, Any], dict[str, Any] | None, list[str]]] = [
    (MANAGED, None, ["add", "manage"]),
    ({**MANAGED, "group": Ref("subcloud_group", "south")}, None, ["add", "manage"]),
    (MANAGED, live("create-failed", online=False), ["remove", "add", "manage"]),
    (MANAGED, live("bootstrap-failed"), ["resume", "manage"]),
    (ENROLLED, live("enroll-failed"), ["enroll", "complete"]),
    ({**MANAGED, "location": "x"}, live("complete", online=False), ["update", "manage"]),
    (MANAGED, live("complete", managed=True), []),
]


@pytest.mark.parametrize(("values", "record", "steps"), WAYS)
def test_the_whole_way(values: dict[str, Any], record: dict[str, Any] | None, steps: list[str]) -> None:
    assert way(wanted(values), record, {})[0][-len(steps) or None :] == steps


def test_each_failed_state_has_its_phase_and_what_to_type() -> None:
    for state, phase in states.FAILED.items():
        verdict = advance(wanted({**WHOLE, "resume": False}), live(state), {}, NEW)
        assert isinstance(verdict, Fail) and verdict.error.details["phase"] == phase
        assert verdict.error.details["next_command"].startswith("dcmanager ") and state in str(verdict.error)
    assert not states.BUSY & set(states.FAILED) and not states.BUSY & states.BETWEEN


OFFLINE = {"online": False}
#: (options, state, further values of the record) -> what is refused before anything is sent
PHASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"phase": "redeploy"}, live("complete", **OFFLINE), "install_values: the phase redeploy needs them"),
    ({"phase": "redeploy", "install_values": {"a": 1}}, live("complete", **OFFLINE), ""),
    ({"phase": "redeploy"}, live("complete", **OFFLINE, data_install="{...}"), ""),
    ({"phase": "redeploy"}, live("installing", **OFFLINE, data_install="{...}"), "edge-1 is installing"),
    ({"phase": "redeploy"}, live("secondary", **OFFLINE, data_install="{...}"), "edge-1 is secondary"),
    ({"phase": "install"}, live("create-complete"), "install_values: the phase install needs them"),
    ({"phase": "enroll"}, live("enroll-failed"), "install_values: the phase enroll needs them"),
    (
        {"phase": "resume", "bootstrap_values": {"a": 1}},
        live("config-failed"),
        "bootstrap_values: edge-1 is config-fail",
    ),
    (
        {"phase": "resume", "install_values": {"a": 1}},
        live("bootstrap-failed"),
        "install_values: edge-1 is bootstrap-f",
    ),
    ({"phase": "resume", "bootstrap_values": {"a": 1}}, live("bootstrap-failed"), ""),
]


@pytest.mark.parametrize(("options", "record", "words"), PHASES)
def test_what_a_phase_lacks_is_told_before_anything_is_sent(
    options: dict[str, Any], record: dict[str, Any], words: str
) -> None:
    facts: Any = SimpleNamespace(target=record)
    values = {"subcloud": "edge-1", "sysadmin_password": "x", **options}
    if not words:
        assert phases._steps(values, facts).requests
        return
    with pytest.raises(InputError) as refused:
        phases._steps(values, facts)
    assert words in str(refused.value)


# -- words, forms, waves ------------------------------------------------------------------------------------------

PAGE = (
    "<html>\n <head>\n  <title>400 Bad Request</title>\n </head>\n <body>\n  <h1>400 Bad Request</h1>\n  The server"
    " could not comply.<br /><br />\nCannot delete a subcloud that is &#x27;managed&#x27; status\n\n\n </body>\n</html>"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PAGE, "Cannot delete a subcloud that is 'managed' status"),
        (json.dumps({"code": 404, "title": "Not Found", "description": "Subcloud not found"}), "Subcloud not found"),
        (json.dumps({"code": 403, "title": "Forbidden", "description": None}), "Forbidden"),
        ("<html><body><h1>502 Bad Gateway</h1>nginx</body></html>", "502 Bad Gateway nginx"),
        (
            json.dumps({"description": "Failed to validate access token: Auth token is invalid: gAAAAsecret"}),
            "Failed to validate access token: Auth token is invalid",
        ),
        ("", "Gone"),
    ],
)
def test_words_of_an_answer(text: str, words: str) -> None:
    answer = SimpleNamespace(text=text, reason="Gone", json=lambda: json.loads(text))
    assert " ".join(dialect.words(answer).split()) == words


@pytest.mark.parametrize("name", ["/", "..", "a/redeploy", "a?x", "a b", "a\n", "-a", "", "42", "RegionOne", "x" * 256])
def test_names_that_would_be_another_address(name: str) -> None:
    with pytest.raises(InputError, match=r"^name: "):
        check({"name": name})
    found: Any = SimpleNamespace(
        only="",
        option=lambda _n: name,
        list=lambda *_a: [],
        one=lambda path, _q: pytest.fail(path) if "/" in name else [],
    )
    assert gather(found, "", False) == []


def test_paths_that_are_none() -> None:
    for path in ("\0", "x" * 5000, "/dev/null/x"):
        for read in (document, content):
            with pytest.raises(InputError, match=r"^bootstrap_values: "):
                read("bootstrap_values", path)


def test_which_paths_take_forms() -> None:
    assert dialect.is_form("subclouds/edge-1/redeploy") and dialect.is_form("subcloud-backup/")
    assert not dialect.is_form("subclouds/edge-1/prestage") and not dialect.is_form("subcloud-groups/")


def test_a_form_has_files_and_encoded_passwords() -> None:
    values = {**WHOLE, "install_values": {"a": 1, "bmc_password": "hidden"}, "group": Ref("subcloud_group", "s", "3")}
    step = advance(wanted({**values, "bmc_password": "y"}), None, {}, NEW)
    assert isinstance(step, Send)
    fields = deploying.form(wanted({**values, "bmc_password": "y"}), step)
    assert fields["install_values"] == ("edge-1-install_values.yml", b"a: 1\n")
    assert (fields["group_id"], fields["bootstrap-address"]) == ("3", "10.10.1.12")
    assert (fields["sysadmin_password"], fields["bmc_password"]) == ("eA==", "eQ==")


def item(name: str, group: str = "", state: str = "present") -> deploying.Item:
    values = {"name": name, **({"group": Ref("subcloud_group", group)} if group else {})}
    return deploying.Item(wanted(values, state), Change(wanted(values, state), "none"), None)


def test_the_order_of_waves() -> None:
    items = [item("a", "south"), item("b"), item("c", "north"), item("d", "south", "absent"), item("e", "south")]
    params = {"canaries": ["e", "c"], "by_group": True}
    ordered = running.waves(params, items, ["north", "south"])
    assert [(i.name, i.wave) for i in ordered] == [
        ("e", "canary"),
        ("c", "canary"),
        ("a", "group south"),
        ("b", "rest"),
        ("d", "removal"),
    ]
    ordered = running.waves({"by_group": False}, items, [])
    assert [i.name for i in ordered] == ["a", "b", "c", "e", "d"]
    with pytest.raises(InputError, match="the document has no subcloud z"):
        running.waves({"canaries": ["z"]}, items, [])


def test_a_record_is_read_with_its_references_as_texts() -> None:
    record = {"data_install": '{"a": 1}', "group_id": 3, "peer_group_id": None, "endpoint_sync_status": []}
    assert {k: view(record)[k] for k in ("data_install", "group_id", "peer_group_id")} == {
        "data_install": {"a": 1},
        "group_id": "3",
        "peer_group_id": "",
    }
    assert view({"data_install": "broken"})["data_install"] == {}


@pytest.mark.parametrize("text", ["a: 1\nb: 2\n", "/none/there.yml"])
def test_values_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="bootstrap_values: "):
        document("bootstrap_values", text)
