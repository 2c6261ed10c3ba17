# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules, keys, and what is read on a host, each by tables; whole clusters are in tests/unit/hosts."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.filter.kubernetes_encryption import kubernetes_encryption
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._hardening import checks, keys, look, restart, rules
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Done, Kubectl
from ansible_collections.edge.infra.plugins.modules import (
    kubernetes_encryption_info,
    kubernetes_hardening_files,
    kubernetes_hardening_info,
    kubernetes_secrets_rewrite,
)

ROOT = Path(__file__).resolve().parents[3]
OLD, NEW, OTHER = keys.fresh(1), keys.fresh(2), keys.fresh(3)
MANIFEST = """apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint: 10.0.0.11:6443
  name: kube-apiserver
spec:
  containers:
  - command:
    - kube-apiserver
    - --advertise-address=10.0.0.11
    - --profiling=false
    - '--quoted=a,b'
    - --alone
    image: k8s.gcr.io/kube-apiserver:v1.20.2
"""


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(host, "ROOT", tmp_path)
    monkeypatch.setattr(look, "OWNER", (os.getuid(), os.getgid()))
    return tmp_path


def write(name: str, text: str, mode: int = 0o600) -> Path:
    path = look.path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def module(which: Any, check: bool = False, **given: Any) -> dict[str, Any]:
    out = io.StringIO()
    arguments = {**given, "_ansible_check_mode": check}
    with patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
        which.main()
    answer: dict[str, Any] = json.loads(out.getvalue().strip().splitlines()[-1])
    return answer


# -- rules -----------------------------------------------------------------------------------------------------------
def test_numbers_are_given_once_and_each_rule_says_what_to_do() -> None:
    numbers = [rule.number for rule in checks.RULES]
    assert len(numbers) == len(set(numbers))
    for rule in checks.RULES:
        assert re.fullmatch(r"(\d+\.){1,2}\d+a?|E\.\d", rule.number), rule.number
        assert rule.title and not rule.title.endswith(".")
        assert rule.where == rules.LEFT or checks.remedy_of(rule).endswith(".")
        assert rule.where != rules.LEFT or rule.why, rule.number
        if rule.where in (*rules.PODS, rules.KUBELET):
            assert rule.name and rules.condition(rule)
        if rule.sets is not None:
            assert rules.holds(rule, rule.sets), f"{rule.number}: what the profile writes passes"


@pytest.mark.parametrize(
    ("check", "want", "value", "right"),
    [
        ("is", "false", False, True),
        ("is", "false", "true", False),
        ("is", 0, "0", True),
        ("not", "0,0s", "0s", False),
        ("not", "0,0s", "1m0s", True),
        ("set", None, "x", True),
        ("set", None, "", False),
        ("absent", None, "x", False),
        ("has", "RBAC", "Node,RBAC", True),
        ("has", "RBAC", "Node", False),
        ("lacks", "AlwaysAllow", "Node,AlwaysAllow", False),
        ("among", ("a", "b"), ["a"], True),
        ("among", ("a", "b"), "a,c", False),
        ("among", ("a", "b"), "", False),
        ("least", 30, "30", True),
        ("least", 30, "29", False),
        ("least", 30, "many", False),
        ("above", 0, -1, False),
        ("nonsense", 0, 1, False),
    ],
)
def test_conditions(check: str, want: Any, value: Any, right: bool) -> None:
    assert rules.holds(rules.Rule("1", "t", rules.API_SERVER, "n", check, want), value) == right


def test_what_is_not_given_holds_only_where_the_default_is_right() -> None:
    assert not rules.holds(rules.Rule("1", "t", rules.API_SERVER, "n", "is", "true"), None)
    assert rules.holds(rules.Rule("1", "t", rules.API_SERVER, "n", "is", "true", default=True), None)
    assert rules.holds(rules.Rule("1", "t", rules.API_SERVER, "n", "absent"), None)


def test_the_kernel_parameters_are_those_that_the_hosts_get() -> None:
    text = (ROOT / "roles/kubernetes_host/vars/main.yml").read_text(encoding="utf-8")
    said = yaml.safe_load(text)["__kubernetes_host_protected"]
    assert dict(re.findall(r"'([\w.]+)': (\d+)", said)) == {name: str(v) for name, v in rules.SYSCTLS.items()}


# -- reading ---------------------------------------------------------------------------------------------------------
def test_arguments_of_a_manifest() -> None:
    assert look.arguments("kube-apiserver") is None
    write(f"/{host.API_SERVER}", MANIFEST)
    assert look.arguments("kube-apiserver") == {
        "advertise-address": "10.0.0.11",
        "profiling": "false",
        "quoted": "a,b",
        "alone": "true",
    }


DOCUMENT = {
    "authentication": {"anonymous": {"enabled": False}, "webhook": {"cacheTTL": "0s", "enabled": True}},
    "authorization": {"mode": "Webhook"},
    "clusterDNS": ["10.96.0.10"],
    "evictionHard": {},
    "cpuManagerPolicy": "static",
    "maxPods": 110,
    "tlsCipherSuites": ["a", "b"],
    "tlsMinVersion": "VersionTLS12",
    "quoted": "yes",
    "void": None,
}


@pytest.mark.parametrize("text", [yaml.safe_dump(DOCUMENT), yaml.safe_dump(DOCUMENT, indent=4), json.dumps(DOCUMENT)])
def test_settings_of_the_kubelet_are_read_as_a_library_reads_them(text: str) -> None:
    found = look.plain(text)
    assert {**found, "maxPods": int(found["maxPods"])} == DOCUMENT
    assert look.field(found, "authentication.anonymous.enabled") is False
    assert look.field(found, "evictionHard") is None and look.field(found, "authorization.none.there") is None


def test_lists_that_are_indented_and_lists_of_dictionaries() -> None:
    text = "a:\n  - x\n  - 'y'\nb:\n- name: c\n  value: d\ne: f\n"
    assert look.plain(text)["a"] == ["x", "y"] and look.plain(text)["e"] == "f"


def test_flags_stand_above_the_file() -> None:
    assert look.kubelet() is None
    write(look.CONFIG, "authentication:\n  anonymous:\n    enabled: false\n")
    write("/etc/default/kubelet", "KUBELET_EXTRA_ARGS=--anonymous-auth=true --node-ip 10.0.0.1 --pod-max-pids 5\n")
    found = look.kubelet()
    assert look.field(found, "authentication.anonymous.enabled") == "true" and look.field(found, "podPidsLimit") == "5"


def test_a_worker_is_not_asked_for_a_control_plane(root: Path) -> None:
    write(look.CONFIG, "authentication: {}\n", 0o644)
    given = {"version": "1.34.2", "kind": "worker", "address": "127.0.0.1", "ask": False}
    answer = module(kubernetes_hardening_info, **given)
    found = {rule["rule"]: rule for rule in answer["rules"]}
    assert not answer["changed"] and sum(answer["counts"].values()) == len(checks.RULES)
    assert found["4.1.9"]["result"] == "fail" and "config.yaml has mode 644" in found["4.1.9"]["said"]
    assert found["4.2.1"]["result"] == "fail" and found["1.2.1"]["result"] == "not_applicable"
    assert any(line.startswith("4.1.9 The kubelet's configuration") for line in answer["broken"])
    numbers = {key: [line.split()[0] for line in answer[key]] for key in ("refused", "modes")}
    assert numbers == {"refused": ["4.2.1", "4.2.2"], "modes": ["4.1.9"]}
    assert "failed" not in answer, "a key of Ansible's own: a list that is not empty is a failure without words"
    assert "no release" in module(kubernetes_hardening_info, **{**given, "version": "one"})["msg"]
    done = module(kubernetes_hardening_files, modes=True, check=True)
    assert done["diff"][0]["before"] == "mode 0644\n" and done["diff"][0]["after"] == "mode 0600\n"
    assert done["paths"] == [look.CONFIG] and look.path(look.CONFIG).stat().st_mode & 0o777 == 0o644


# -- files -----------------------------------------------------------------------------------------------------------
def test_files_are_written_once_for_root_alone_and_secrets_are_not_shown() -> None:
    files = [{"path": "/etc/kubernetes/hardening/a.yaml", "content": "a: 1\n"}]
    files.append({"path": "/etc/kubernetes/hardening/b.yaml", "secret": "geheim"})
    given = {"folders": ["/etc/kubernetes/hardening"], "files": files, "restart": [files[0]["path"]]}
    predicted = module(kubernetes_hardening_files, check=True, **given)
    assert predicted["changed"] and not predicted["restarted"] and not look.path("/etc").exists()
    done = module(kubernetes_hardening_files, **given)
    assert done["paths"] == predicted["paths"] == ["/etc/kubernetes/hardening", files[0]["path"], files[1]["path"]]
    assert "geheim" not in json.dumps(done["diff"]) and done["diff"][0]["after"] == "a: 1\n"
    for name in (files[0]["path"], files[1]["path"]):
        assert look.path(name).stat().st_mode & 0o777 == 0o600
    assert not module(kubernetes_hardening_files, **given)["changed"]
    look.path(files[1]["path"]).chmod(0o644)
    assert module(kubernetes_hardening_files, **given)["paths"] == [files[1]["path"]]
    gone = module(kubernetes_hardening_files, absent=["/etc/kubernetes/hardening"])
    assert gone["changed"] and not look.path("/etc/kubernetes/hardening").exists()
    assert not module(kubernetes_hardening_files, absent=["/etc/kubernetes/hardening"])["changed"]


def test_the_annotation_of_a_manifest() -> None:
    once = restart.annotated(MANIFEST, "1")
    assert yaml.safe_load(once)["metadata"]["annotations"][restart.ANNOTATION] == "1"
    twice = yaml.safe_load(restart.annotated(once, "2"))
    assert twice["metadata"]["annotations"][restart.ANNOTATION] == "2"
    del twice["metadata"]["annotations"][restart.ANNOTATION]
    assert twice == yaml.safe_load(MANIFEST)
    bare = "apiVersion: v1\nmetadata:\n  name: x\n"
    assert yaml.safe_load(restart.annotated(bare, "3"))["metadata"]["annotations"] == {restart.ANNOTATION: "3"}
    assert restart.annotated("- a\n", "4") == ""


class Answers:
    """kubectl that plays an API server: it starts anew once its manifest is changed."""

    def __init__(self, began: float, after: float | None) -> None:
        self.began, self.after, self.calls = began, after, 0

    def call(self, *words: str, feed: str | None = None, timeout: float | None = None) -> Done:
        self.calls += 1
        assert words[:2] == ("--server", "https://10.0.0.11:6443")
        manifest = look.read(f"/{host.API_SERVER}")
        began = self.after if restart.ANNOTATION in manifest else self.began
        if began is None:
            return Done(1, "", "The connection to the server was refused - did you specify the right host or port?")
        return Done(0, "ok" if words[-1] == "/readyz" else f"process_start_time_seconds {began:.10e}\n", "")


@pytest.mark.parametrize(
    ("older", "after", "restarted", "words"),
    [
        (True, 4e9, True, ""),
        (False, 4e9, False, ""),
        (True, None, False, "does not answer"),
        (True, 5.0, False, "anew"),
    ],
)
def test_an_api_server_is_started_anew_where_it_is_older_than_its_files(
    monkeypatch: pytest.MonkeyPatch, older: bool, after: float | None, restarted: bool, words: str
) -> None:
    write(f"/{host.API_SERVER}", MANIFEST)
    file = write("/etc/kubernetes/hardening/a.yaml", "a")
    began = file.stat().st_mtime + (-60 if older else 60)
    answers = Answers(began, after)
    monkeypatch.setattr(Kubectl, "call", lambda _self, *words, **more: answers.call(*words, **more))
    given = {"restart": ["/etc/kubernetes/hardening/a.yaml"], "timeout": 1}
    assert module(kubernetes_hardening_files, check=True, **given)["restarted"] == older
    answer = module(kubernetes_hardening_files, **given)
    if words:
        assert words in answer["msg"] and "crictl" in answer["error"]["remedy"]
    else:
        assert answer["restarted"] == answer["changed"] == restarted
    assert look.path(f"/{host.API_SERVER}").stat().st_mode & 0o777 == 0o600


# -- keys ------------------------------------------------------------------------------------------------------------
def test_a_key_and_its_file() -> None:
    assert len(base64.b64decode(keys.fresh()["secret"])) == 32 and keys.fresh()["secret"] != keys.fresh()["secret"]
    text = keys.text_of([NEW, OLD])
    assert keys.keys_of(text) == [NEW, OLD] and yaml.safe_load(text) == json.loads(text)
    assert keys.keys_of("") == keys.keys_of("a: b") == keys.keys_of('{"resources": []}') == []
    answer = module(kubernetes_encryption_info)
    assert answer["keys_in_order"] == [] and answer["api_server"] == "absent"
    write("/etc/kubernetes/hardening/encryption.yaml", text)
    assert module(kubernetes_encryption_info)["keys_in_order"] == [NEW, OLD]
    write("/etc/kubernetes/hardening/encryption.yaml", "kind: other\n")
    assert "no keys that are known here" in module(kubernetes_encryption_info)["msg"]


def result(name: str, found: list[Any], server: str = "absent") -> dict[str, Any]:
    return {"item": name, "keys_in_order": found, "api_server": server}


@pytest.mark.parametrize(
    ("own", "others", "wanted"),
    [
        ([], [result("a", []), result("b", [])], [NEW]),
        ([OLD], [], [OLD]),
        ([], [result("a", []), result("b", [OLD], "with")], [OLD]),
        ([], [result("a", [OLD], "with"), {"item": "b", "unreachable": True}], [OLD]),
    ],
)
def test_the_keys_of_an_installation(own: list[Any], others: list[dict[str, Any]], wanted: list[Any]) -> None:
    assert kubernetes_encryption({"keys_in_order": own}, "install", others, NEW) == {"fault": "", "keys": wanted}


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([result("a", []), {"item": "b", "unreachable": True}], "b did not answer"),
        ([result("a", []), result("b", [], "with")], "from a backup"),
        ([result("a", [OLD]), result("b", [OLD, NEW])], "rotate_encryption_key"),
    ],
)
def test_an_installation_that_would_lock_others_out(others: list[dict[str, Any]], words: str) -> None:
    told = kubernetes_encryption({"keys_in_order": []}, "install", others, NEW)
    assert words in told["fault"] and told["keys"] == []
    with pytest.raises(AnsibleFilterError, match="Choose install, rotate or file"):
        kubernetes_encryption({}, "more")


@pytest.mark.parametrize(
    ("found", "steps", "resumed"),
    [
        ({"a": [OLD], "b": [OLD]}, ["add", "promote", "rewrite", "drop"], False),
        ({"a": [OLD, NEW], "b": [OLD]}, ["add", "promote", "rewrite", "drop"], True),
        ({"a": [OLD, NEW], "b": [OLD, NEW]}, ["add", "promote", "rewrite", "drop"], True),
        ({"a": [NEW, OLD], "b": [OLD, NEW]}, ["promote", "rewrite", "drop"], True),
        ({"a": [NEW, OLD], "b": [NEW, OLD]}, ["promote", "rewrite", "drop"], True),
        ({"a": [NEW], "b": [NEW, OLD]}, ["drop"], True),
    ],
)
def test_what_is_left_of_a_rotation(found: dict[str, list[Any]], steps: list[str], resumed: bool) -> None:
    left = kubernetes_encryption({name: {"keys_in_order": k} for name, k in found.items()}, "rotate", fresh=OTHER)
    assert (left["steps"], left["resumed"], left["old"], left["new"]) == (steps, resumed, "key1", "key2")
    newest = NEW if resumed else {"name": "key2", "secret": OTHER["secret"]}
    assert left["keys"] == {
        "add": [OLD, newest],
        "promote": [newest, OLD],
        "rewrite": [newest, OLD],
        "drop": [newest],
    }


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"a": [OLD], "b": []}, "no key on b"),
        ({}, "no key on any host"),
        ({"a": [OLD], "b": [NEW], "c": [OTHER]}, "do not belong together"),
        ({"a": [OLD], "b": [{**NEW, "name": "key1"}]}, "do not belong together"),
        ({"a": [OLD], "b": [NEW]}, "cannot read each other"),
        ({"a": [OLD], "b": [NEW, OLD]}, "restored from a backup"),
        ({"a": [{**OLD, "name": "mine"}]}, "none of ours"),
    ],
)
def test_keys_that_do_not_belong_to_one_rotation(found: dict[str, list[Any]], words: str) -> None:
    with pytest.raises(InputError) as caught:
        keys.rotation(found, OTHER)
    assert words in str(caught.value) and OLD["secret"] not in str(caught.value)
    told = kubernetes_encryption({name: {"keys_in_order": k} for name, k in found.items()}, "rotate", fresh=OTHER)
    assert words in told["fault"] and told["steps"] == []


SECRETS = {"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]}


@pytest.mark.parametrize(
    ("status", "err", "words"),
    [
        (0, "", ""),
        (1, 'Error from server (Conflict): error when replacing "STDIN": the object has been modified\n', ""),
        (1, 'Error from server (NotFound): error when replacing "STDIN": secrets "a" not found\n', ""),
        (
            1,
            "Error from server (Forbidden): no\nError from server (Conflict): x\n",
            "Error from server (Forbidden): no",
        ),
        (1, "", "it said nothing"),
    ],
)
def test_secrets_are_written_anew(monkeypatch: pytest.MonkeyPatch, status: int, err: str, words: str) -> None:
    seen: list[str] = []

    def call(_self: Kubectl, *given: str, feed: str | None = None, timeout: float | None = None) -> Done:
        if given[0] == "get":
            return Done(0, json.dumps(SECRETS), "")
        seen.append(feed or "")
        return Done(status, "", err)

    monkeypatch.setattr(Kubectl, "call", call)
    assert module(kubernetes_secrets_rewrite, check=True)["changed"] and not seen
    answer = module(kubernetes_secrets_rewrite)
    assert [item["metadata"]["name"] for item in json.loads(seen[0])["items"]] == ["a", "b"]
    assert words in answer["msg"] if words else answer["count"] == 2
