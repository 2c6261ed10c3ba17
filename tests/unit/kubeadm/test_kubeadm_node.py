# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host becomes a node only where it is none yet: what is begun, taken back, left alone and refused."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import command, host, node
from ansible_collections.edge.infra.plugins.modules import kubeadm_info, kubeadm_join_token, kubeadm_node

API = "10.0.0.11:6443"
TOKEN, KEY, HASH = "abcdef.0123456789abcdef", "ab" * 32, "sha256:" + "cd" * 32
INIT = [
    {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "InitConfiguration"},
    {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration", "kubernetesVersion": "v1.34.2"},
]
JOIN = [{"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration", "nodeRegistration": {"name": "w"}}]
CLUSTER = """\
apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
etcd:
  external:
    endpoints: [https://10.0.0.31:2379]
kind: ClusterConfiguration
kubernetesVersion: v1.34.2
"""
#: plays kubeadm: notes how it was called and with what, and leaves the files that the real one leaves
KUBEADM = r"""#!/bin/sh
echo "$*" >>{root}/calls
case "$1" in
reset) rm -rf {root}/etc/kubernetes {root}/var/lib/etcd; exit 0;;
token) [ "$2" = create ] && echo "{token}" || echo "bootstrap token \"$3\" deleted"; exit 0;;
esac
if [ "$2" = phase ]; then cp "$6" {root}/uploaded && printf '[upload-certs] Using certificate key:\n{key}\n'; exit 0; fi
cp "$3" {root}/given; stat -c %a "$3" >{root}/mode
mkdir -p {root}/etc/kubernetes/pki {root}/etc/kubernetes/manifests
touch {root}/etc/kubernetes/pki/ca.crt
[ -e {root}/broken ] && {{ cat {root}/broken; exit 1; }}
[ -e {root}/slow ] && sleep 3
if [ "$1" = init ] || grep -q certificateKey "$3"; then
  echo "    image: registry.example/kube-apiserver:v1.34.2" >{root}/etc/kubernetes/manifests/kube-apiserver.yaml
  echo "    server: https://{api}" >{root}/etc/kubernetes/admin.conf
fi
echo "    server: https://{api}" >{root}/etc/kubernetes/kubelet.conf
echo "You can now join: kubeadm join {api} --token {token}"
"""


class Host:
    """A host in a folder, and modules on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.program("kubeadm", KUBEADM.format(root=root, token=TOKEN, key=KEY, api=API))

    def program(self, name: str, text: str) -> None:
        """Something to be found on the path."""
        (self.root / "bin").mkdir(exist_ok=True)
        file = self.root / "bin" / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    def module(self, which: Any, check: bool = False, **given: Any) -> dict[str, Any]:
        """Run a module in this process."""
        out = io.StringIO()
        arguments = {**given, "_ansible_check_mode": check}
        with patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
            which.main()
        answer: dict[str, Any] = json.loads(out.getvalue().strip().splitlines()[-1])
        return answer

    def node(self, kind: str = "init", check: bool = False, **given: Any) -> dict[str, Any]:
        """The module under test, with what it needs."""
        config = INIT if kind == "init" else JOIN
        secrets = {} if kind == "init" else {"token": TOKEN, "ca_cert_hashes": [HASH], "certificate_key": KEY}
        wanted = {"kind": kind, "endpoint": API, "config": config, **secrets, **given}
        return self.module(kubeadm_node, check, **{k: v for k, v in wanted.items() if v is not None})

    def calls(self) -> list[str]:
        """How kubeadm was called, by its first word."""
        file = self.root / "calls"
        return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setattr(host, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    return Host(tmp_path)


@pytest.mark.parametrize(
    ("kind", "command_word", "after"),
    [("init", "init", "control_plane"), ("control_plane", "join", "control_plane"), ("worker", "join", "worker")],
)
def test_check_and_run_and_again(one: Host, kind: str, command_word: str, after: str) -> None:
    key = None if kind == "worker" else KEY
    given = {} if kind == "init" else {"certificate_key": key}
    predicted = one.node(kind, check=True, token=None, ca_cert_hashes=None, certificate_key=None)
    assert predicted["changed"] and predicted["steps"] == [command_word], "there is no token yet in check mode"
    assert one.calls() == [] and not (one.root / "var").exists()
    done = one.node(kind, **given)
    assert (done["changed"], done["steps"], done["diff"]) == (True, predicted["steps"], predicted["diff"])
    assert (one.root / "mode").read_text().strip() == "600" and not list(
        (one.root / "run").glob("edge.infra-kubeadm-*.yaml")
    )
    for check in (True, False):
        again = one.node(kind, check=check, token=None, ca_cert_hashes=None, certificate_key=None)
        assert (again["changed"], again["steps"]) == (False, [])
    assert one.calls() == [command_word]
    found = one.module(kubeadm_info)["node"]
    assert (found["kind"], found["whole"], found["ours"]) == (after, True, True)
    assert found["version"] == ("v1.34.2" if after == "control_plane" else "")
    judged = one.module(kubeadm_info, kind=kind, endpoint=API)
    assert (judged["settled"], judged["refused"]) == (True, "")
    other = "worker" if after == "control_plane" else "init"
    judged = one.module(kubeadm_info, kind=other, endpoint=API)
    assert not judged["settled"] and "edge.infra.remove_host" in judged["refused"]


@pytest.mark.parametrize("kind", ["init", "control_plane"])
def test_a_control_plane_node_of_another_cluster_is_refused(one: Host, kind: str) -> None:
    one.node(kind, **({} if kind == "init" else {"certificate_key": KEY}))
    # its kubelet speaks to its own API server, as from 1.36 on; the admin's file has the address of the cluster
    (one.root / host.KUBELET_CONF).write_text("    server: https://10.0.0.99:6443\n")
    assert one.module(kubeadm_info, kind=kind, endpoint=API)["settled"]
    (one.root / host.ADMIN).write_text("    server: https://10.9.9.9:6443\n")
    judged = one.module(kubeadm_info, kind=kind, endpoint=API)
    assert not judged["settled"] and "whose API is https://10.9.9.9:6443" in judged["refused"]
    assert judged["node"]["server"] == "https://10.9.9.9:6443"
    assert "another cluster" in one.node(kind)["msg"]
    (one.root / host.ADMIN).write_text("    server: https://127.0.0.1:6443\n")  # turned to this very host by its owner
    assert one.module(kubeadm_info, kind=kind, endpoint=API)["settled"]


def test_secrets_go_into_the_file_and_nowhere_else(one: Host) -> None:
    done = one.node("control_plane")
    documents = [json.loads(part) for part in (one.root / "given").read_text().split("\n---\n")]
    [joining] = documents
    assert joining["discovery"]["bootstrapToken"] == {
        "apiServerEndpoint": API,
        "token": TOKEN,
        "caCertHashes": [HASH],
    }
    assert joining["controlPlane"] == {"certificateKey": KEY} and joining["nodeRegistration"] == {"name": "w"}
    for secret in (TOKEN, KEY):
        assert secret not in json.dumps(done) and secret not in (one.root / "calls").read_text()
    assert "********" in "".join(done["output"])


def test_a_new_cluster_is_not_left_open_to_whoever_joins(one: Host) -> None:
    done = one.node()
    first = json.loads((one.root / "given").read_text().split("\n---\n")[0])
    [token] = first["bootstrapTokens"]
    assert kubeadm_join_token.TOKEN.match(token["token"]) and token["ttl"] == "1m0s"
    assert token["token"] not in json.dumps(done)


def test_what_was_ended_in_the_middle_is_taken_back_and_begun_anew(one: Host) -> None:
    (one.root / "broken").write_text("error execution phase wait-control-plane: could not initialize a cluster\n")
    failed = one.node()
    assert failed["failed"] and "phase wait-control-plane: could not initialize" in failed["msg"]
    (one.root / "broken").unlink()
    assert one.node(check=True)["steps"] == ["reset", "init"]
    assert one.node()["steps"] == ["reset", "init"]
    assert one.calls() == ["init", "reset", "init"] and not one.node()["changed"]


def test_a_cluster_that_others_have_joined_is_not_reset(one: Host) -> None:
    one.node()
    host.remember(action="init", ended=False)
    one.program("kubectl", "#!/bin/sh\nprintf 'node/a\\nnode/b\\n'\n")
    refused = one.node()
    assert refused["failed"] and "it has 2 nodes by now: it is not reset" in refused["msg"]
    assert one.calls() == ["init"]


def test_a_killed_join_of_a_control_plane_node_is_taken_back_whoever_else_is_there(one: Host) -> None:
    """The cluster that was to be joined is that of others, and has their nodes."""
    one.program("kubectl", "#!/bin/sh\nprintf 'node/a\\nnode/b\\n'\n")
    one.node("control_plane")
    host.remember(action="join", kind="control_plane", endpoint=API, ended=False)
    assert one.node("control_plane")["steps"] == ["reset", "join"]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_files_of_others_outlive_a_reset(one: Host, state: str) -> None:
    """The pod that has the cluster's address is needed by the next init, and is not kubeadm's."""
    pod = one.root / "etc/kubernetes/manifests/kube-vip.yaml"
    one.node()
    pod.write_text("kind: Pod\n", encoding="utf-8")
    pod.chmod(0o600)
    host.remember(action="init", kind="init", endpoint=API, ended=False)
    done = one.node(state=state, keep=["/etc/kubernetes/manifests/kube-vip.yaml", "/etc/never.there"])
    assert done["steps"][0] == "reset"
    assert (pod.read_text(encoding="utf-8"), pod.stat().st_mode & 0o777) == ("kind: Pod\n", 0o600)
    assert not (one.root / "etc/never.there").exists()


def test_an_api_server_that_is_on_its_way_is_waited_for(one: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after the power was away; what is refused is refused at once."""
    monkeypatch.setattr(command.time, "sleep", lambda _seconds: None)
    one.program(
        "later",
        f"#!/bin/sh\n[ -e {one.root}/up ] || {{ touch {one.root}/up; echo 'dial: connection refused'; exit 1; }}",
    )
    assert command.run_patiently(["later"], 5, "later", 30) == ""
    one.program("never", "#!/bin/sh\necho 'connection refused'; exit 1")
    with pytest.raises(EdgeError, match="connection refused"):
        command.run_patiently(["never"], 5, "never", 0.01)
    one.program("no", f"#!/bin/sh\necho x >>{one.root}/asked; echo 'error: forbidden'; exit 1")
    with pytest.raises(EdgeError, match="forbidden"):
        command.run_patiently(["no"], 5, "no", 30)
    assert (one.root / "asked").read_text(encoding="utf-8") == "x\n"


def test_a_lost_quorum_has_its_remedy() -> None:
    """And the last line is not kubeadm's advice for developers."""
    output = "etcdserver: request timed out\nTo see the stack trace of this error execute with --v=5 or higher\n"
    message, remedy = command.explained(output)
    assert message == "etcdserver: request timed out"
    assert "--force-new-cluster" in remedy


def test_another_run_at_work_is_waited_for(one: Host) -> None:
    """Such as one whose connection was lost: it goes on."""
    first: dict[str, Any] = {}
    with host.alone(1):
        waiting = threading.Thread(target=lambda: first.update(one.node()))
        waiting.start()
        time.sleep(0.5)
        assert waiting.is_alive() and one.calls() == []
    waiting.join(20)
    assert first["changed"] and one.calls() == ["init"]
    with host.alone(1):
        late = one.node(state="absent", wait_timeout=0)
    assert late["failed"] and "Another run is at work with kubeadm" in late["msg"]


def test_a_timeout_ends_kubeadm_and_the_next_run_begins_anew(one: Host) -> None:
    (one.root / "slow").touch()
    failed = one.node(timeout=1)
    assert failed["failed"] and "kubeadm init did not end within 1 s" in failed["msg"]
    (one.root / "slow").unlink()
    assert one.node()["steps"] == ["reset", "init"]


def test_absent_takes_back_and_then_has_nothing_to_do(one: Host) -> None:
    one.node("worker")
    assert one.node("worker", check=True, state="absent")["changed"] and one.calls() == ["join"]
    assert one.node("worker", state="absent")["changed"]
    assert not one.node("worker", state="absent")["changed"] and one.calls() == ["join", "reset"]
    assert not (one.root / host.NOTE).exists()


@pytest.mark.parametrize(("kind", "after"), [("init", "control_plane"), ("worker", "worker")])
def test_a_reset_that_was_killed_after_the_files_that_tell_of_a_node_is_completed(
    one: Host, kind: str, after: str
) -> None:
    one.node(kind)
    whole = (one.root / "bin/kubeadm").read_text(encoding="utf-8")
    one.program("kubeadm", whole.replace("exit 0;;", "kill -9 $$;;", 1))
    assert "kubeadm reset failed" in one.node(kind, state="absent")["msg"]
    left = one.module(kubeadm_info)["node"]
    assert (left["kind"], left["whole"], left["ours"], left["files"]) == (after, False, True, [])
    one.program("kubeadm", whole)
    assert one.node(kind, check=True)["steps"][0] == "reset", "nothing is begun over what is left"
    assert one.node(kind, state="absent")["steps"] == ["reset"]
    assert not one.node(kind, state="absent")["changed"] and not (one.root / host.NOTE).exists()


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("init", {"config": []}, "not given: config"),
        ("worker", {"token": None}, "not given: token"),
        ("worker", {"ca_cert_hashes": None}, "not given: ca_cert_hashes"),
        ("control_plane", {"certificate_key": None}, "not given: certificate_key"),
    ],
)
def test_what_is_missing_is_refused_before_anything_is_done(
    one: Host, kind: str, given: dict[str, Any], words: str
) -> None:
    refused = one.node(kind, **given)
    assert refused["failed"] and words in refused["msg"] and one.calls() == []


def test_a_host_without_kubeadm(one: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    (one.root / "bin/kubeadm").unlink()
    monkeypatch.setenv("PATH", str(one.root / "bin"))
    failed = one.node()
    assert failed["failed"] and "kubeadm is not installed on this host" in failed["msg"]


def found(kind: str = "worker", server: str = f"https://{API}", **more: Any) -> host.Found:
    return host.Found(kind=kind, server=server, traces=(host.KUBELET_CONF,), **more)


@pytest.mark.parametrize(
    ("there", "kind", "words"),
    [
        (
            found(server="https://10.9.9.9:6443"),
            "worker",
            "a node of another cluster, whose API is https://10.9.9.9:6443",
        ),
        (found("control_plane", server="https://10.9.9.9:6443"), "init", "a node of another cluster, whose API is"),
        (found("control_plane"), "worker", "is a control-plane node of the cluster, and a worker node is wanted"),
        (found("worker"), "control_plane", "is a worker node of the cluster, and a control-plane node is wanted"),
        (found("worker", whole=False), "worker", "did not come to its end: /etc/kubernetes/kubelet.conf are there"),
    ],
)
def test_a_host_that_is_something_else_is_left_as_it_is(there: host.Found, kind: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        node.steps(there, kind, API)


@pytest.mark.parametrize(
    ("server", "endpoint"),
    [
        ("https://[fd00::11]:6443", "[FD00::11]:6443"),
        ("https://api.example:6443", "API.example:6443"),
        ("https://10.0.0.11:443", "10.0.0.11:443"),
    ],
)
def test_one_endpoint_in_several_spellings(server: str, endpoint: str) -> None:
    assert node.steps(found(server=server), "worker", endpoint) == []


@pytest.mark.parametrize(
    ("output", "message", "advice"),
    [
        (
            "[preflight] Some fatal errors occurred:\n\t[ERROR Port-6443]: Port 6443 is in use\n"
            "\t[ERROR Swap]: running with swap on is not supported. Please disable swap\nerror: execution phase x",
            "the host is not ready for it: Port-6443: Port 6443 is in use; Swap: running with swap on is not supported."
            " Please disable swap.",
            "ss -ltnp",
        ),
        ("error execution phase kubelet-start: timed out\n", "phase kubelet-start: timed out", "journalctl"),
        (
            "error: couldn't validate the identity of the API Server: token id abcdef.0123456789abcdef",
            "couldn't validate the identity of the API Server: token id ********",
            "journalctl",
        ),
        ("", "it said nothing", "journalctl"),
    ],
)
def test_what_kubeadm_says_and_what_to_do(output: str, message: str, advice: str) -> None:
    said, remedy = command.explained(output)
    assert said == message and advice in remedy


def test_a_token_with_what_belongs_to_it(one: Host) -> None:
    one.node()
    key = one.root / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    make += ["-subj", "/CN=kubernetes", "-keyout", str(key), "-out", str(one.root / host.CA)]
    subprocess.run(make, capture_output=True, check=True, timeout=30)
    assert one.module(kubeadm_join_token, check=True) == {
        "changed": True,
        "invocation": {
            "module_args": {"state": "present", "token": None, "ttl": 900, "control_plane": False, "timeout": 120}
        },
    }
    one.program("kubectl", "#!/bin/sh\necho '{}'\n")
    assert "no configuration of kubeadm's" in one.module(kubeadm_join_token, control_plane=True)["msg"]
    (one.root / "map").write_text(json.dumps({"data": {"ClusterConfiguration": CLUSTER}}))
    one.program("kubectl", f"#!/bin/sh\ncat {one.root}/map\n")
    (one.root / host.API_SERVER).write_text("    - --advertise-address=fd00::11\n    image: x/kube-apiserver:v1.34.2\n")
    made = one.module(kubeadm_join_token, control_plane=True)
    init, text = (one.root / "uploaded").read_text().split("\n---\n")
    # what the cluster says of an external etcd is what the real one uploads the certificates of
    assert text.strip() == CLUSTER.strip()
    assert json.loads(init) == {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "InitConfiguration",
        "nodeRegistration": {"name": "node", "criSocket": command.SOCKET},
        "localAPIEndpoint": {"advertiseAddress": "fd00::11"},
    }
    assert not list((one.root / "run").glob("edge.infra-kubeadm-*.yaml"))
    der = subprocess.run(
        ["openssl", "pkey", "-in", str(key), "-pubout", "-outform", "DER"], capture_output=True, check=True, timeout=30
    ).stdout
    digest = subprocess.run(["sha256sum"], input=der, capture_output=True, check=True, timeout=30).stdout.split()[0]
    assert made["ca_cert_hashes"] == [f"sha256:{digest.decode()}"]
    assert (made["token"], made["certificate_key"]) == (TOKEN, KEY)
    ended = one.module(kubeadm_join_token, state="absent", token=TOKEN)
    assert ended["changed"] and TOKEN not in (one.root / "calls").read_text()
    assert "certificate_key" not in one.module(kubeadm_join_token)
    assert "60 to 86400" in one.module(kubeadm_join_token, ttl=1)["msg"]


def test_a_token_is_made_on_a_control_plane_node_only(one: Host) -> None:
    one.node("worker")
    assert "is no control-plane node" in one.module(kubeadm_join_token)["msg"]


def test_a_damaged_note_counts_for_nothing(one: Host) -> None:
    one.node("worker")
    (one.root / host.NOTE).write_text("{", encoding="utf-8")
    assert not one.node("worker")["changed"]


def test_a_command_that_is_no_program(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match="is not installed on this host"):
        command.run([str(tmp_path / "none")], 1, "none")


@pytest.mark.parametrize("method", ["exists", "mkdir"])
def test_another_user_than_root_is_told_so(one: Host, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    def refused(path: Path, *_given: Any, **_more: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, method, refused)
    failed = one.node()
    assert failed["failed"] and "Permission denied" in failed["msg"] and "become: true" in failed["msg"]
    assert one.root.as_posix() in failed["msg"]


def test_a_command_that_goes_on_holds_the_lock_of_a_run_that_is_gone(one: Host) -> None:
    with host.alone(1):
        thread = threading.Thread(target=command.run, args=(["sleep", "1.5"], 10, "sleep"))
        thread.start()
        time.sleep(0.5)
    with pytest.raises(EdgeError, match="Another run is at work"), host.alone(0.3):
        pass
    thread.join()
    with host.alone(1):
        command.run(["true"], 10, "true")
    assert host.HELD == []


def test_what_a_killed_run_has_left_of_its_configuration_goes(one: Host) -> None:
    (one.root / "run").mkdir(exist_ok=True)
    left = one.root / "run" / "edge.infra-kubeadm-abc.yaml"
    left.write_text(TOKEN)
    assert one.node("worker")["changed"]
    assert not left.exists()


def test_a_look_waits_for_what_another_run_is_at_work_with(one: Host) -> None:
    one.node("worker")
    host.remember(action="join", kind="worker", endpoint=API, ended=False)

    def work() -> None:
        with host.alone(1):
            time.sleep(1.2)
            host.remember(action="join", kind="worker", endpoint=API, ended=True)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    assert not one.module(kubeadm_info)["node"]["whole"]
    assert not one.module(kubeadm_info, check=True, wait_timeout=20)["node"]["whole"], "a check waits for nobody"
    assert one.module(kubeadm_info, wait_timeout=20)["node"]["whole"]
    thread.join()
