# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm upgrade: one minor at a time, the first control-plane host by apply, every other host by node."""

from __future__ import annotations

import time
from typing import Any

import yaml

from . import manifests, objects, phases, preflight, renewal, versions
from .client import ApiError, Client
from .config import Config
from .host import ADMIN, MANIFESTS, Host, Refusal
from .kubelet import CONFIG, FLAGS
from .versions import Version

PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")


def policies(host: Host, client: Client, wanted: Version, force: bool, unstable: bool = False) -> None:
    """Refuses what versions do not go together; some of it only without ``--force``."""
    cluster = versions.parse(_running(client))
    host.say(f"[upgrade/versions] Cluster version: {cluster}")
    host.say(f"[upgrade/versions] kubeadm version: {host.version.tag}")
    own, mandatory, skippable = host.version, [], []
    if wanted.minor < own.minor - 1:
        mandatory.append(
            f'Specified version to upgrade to "{wanted.tag}" is equal to or lower than the minimum supported version '
            f'"{cluster.tag}". Please specify a higher version to upgrade to'
        )
    if wanted.minor > cluster.minor + 1:
        mandatory.append(
            f'Specified version to upgrade to "{wanted.tag}" is too high; kubeadm can upgrade only 1 minor version '
            "at a time"
        )
    if wanted.minor < cluster.minor - 1:
        mandatory.append(
            f'Specified version to downgrade to "{wanted.tag}" is too low; kubeadm can downgrade only 1 minor version '
            "at a time"
        )
    if wanted > own:
        if wanted.minor > own.minor:
            mandatory.append(
                f'Specified version to upgrade to "{wanted.tag}" is at least one minor release higher than the kubeadm '
                f"minor release ({wanted.minor} > {own.minor}). Such an upgrade is not supported"
            )
        else:
            skippable.append(
                f'Specified version to upgrade to "{wanted.tag}" is higher than the kubeadm version "{own.tag}". '
                "Upgrade kubeadm first using the tool you used to install kubeadm"
            )
    if own.minor > wanted.minor:
        skippable.append(
            f"Kubeadm version {own.tag} can only be used to upgrade to Kubernetes version {own.major}.{own.minor}"
        )
    if wanted.pre and not unstable:
        skippable.append(
            f'Specified version to upgrade to "{wanted.tag}" is an unstable version and such upgrades weren\'t allowed '
            "via setting the --allow-*-upgrades flags"
        )
    skew = 3 if own.minor >= 28 else 1
    nodes = client.call("GET", "/api/v1/nodes")["items"]
    kubelets = sorted({n["status"]["nodeInfo"]["kubeletVersion"] for n in nodes})
    old = [v for v in kubelets if wanted.minor > versions.parse(v).minor + skew]
    if old:
        skippable.append(
            f"There are kubelets in this cluster that are too old that have these versions [{' '.join(old)}]"
        )
    if mandatory:
        please = "Please fix the misalignments highlighted above and try upgrading again"
        raise Refusal(_fatal("these fatal errors", mandatory, please))
    if skippable and not force:
        raise Refusal(_fatal("these errors", skippable, "Can be bypassed if you pass the --force flag"))
    for text in skippable:
        said = "Found 1 potential version compatibility errors but skipping since the --force flag is set"
        host.say(f"[upgrade/version] {said}: {text}")


def _fatal(what: str, errors: list[str], hint: str) -> str:
    listed = "".join(f"\t- {e}\n" for e in errors)
    return f"the --version argument is invalid due to {what}:\n\n{listed}\n{hint}"


def _running(client: Client) -> str:
    return str(client.call("GET", "/version")["gitVersion"])


def _healthy(host: Host, client: Client, ignored: set[str]) -> None:
    """The control plane is ready, and its manifests are there."""
    listed = client.call("GET", "/api/v1/nodes", labelSelector="node-role.kubernetes.io/control-plane")["items"]
    away = [
        n["metadata"]["name"]
        for n in listed
        if not any(c["type"] == "Ready" and c["status"] == "True" for c in n["status"].get("conditions") or [])
    ]

    def nodes() -> preflight.Found:
        return (
            preflight.error(f"there are NotReady control-planes in the cluster: [{' '.join(away)}]")
            if away
            else ([], [])
        )

    def pods() -> preflight.Found:
        missing = [name for p in PLANE if not host.has(name := f"{MANIFESTS}/{p}.yaml")]
        if missing:
            return preflight.error(
                "The control plane seems to be Static Pod-hosted, but some of the manifests don't seem to exist on "
                "disk. This probably means you're running 'kubeadm upgrade' on a remote machine, which is not "
                f"supported for a Static Pod-hosted cluster. Manifest files not found: [{' '.join(missing)}]"
            )
        return [], []

    preflight.run(host, [("ControlPlaneNodesReady", nodes), ("StaticPodManifest", pods)], ignored)


def _local(host: Host, config: Config, client: Client, node: str) -> None:
    """What a configuration from the cluster lacks: this host's own part."""
    live = client.call("GET", f"/api/v1/nodes/{node}")
    config.init["nodeRegistration"]["name"] = node
    kept = phases.local_socket(host, config) and host.has(phases.INSTANCE)
    socket = phases.instance(host) if kept else (live["metadata"].get("annotations") or {}).get(objects.CRI_ANNOTATION)
    if socket:
        config.init["nodeRegistration"]["criSocket"] = socket
    pod = (
        yaml.safe_load(host.read(f"{MANIFESTS}/kube-apiserver.yaml"))
        if host.has(f"{MANIFESTS}/kube-apiserver.yaml")
        else None
    )
    if pod:
        given = manifests.arguments_of(pod)
        end = {"advertiseAddress": given["advertise-address"], "bindPort": int(given["secure-port"])}
        config.init["localAPIEndpoint"] = end


def node_name(host: Host) -> str:
    """Who this host is in its cluster, from its kubelet's certificate."""
    from . import pki

    access = objects.access(host, "/etc/kubernetes/kubelet.conf")
    return pki.subject(pki.load_cert(access.cert))[0].removeprefix("system:node:")


def _static_pods(host: Host, config: Config, flags: dict[str, str]) -> None:
    """New manifests one after the other; the old ones are kept aside."""
    version = config.cluster["kubernetesVersion"]
    minor = host.version.minor
    backup = f"/etc/kubernetes/tmp/kubeadm-backup-manifests-{time.strftime('%Y-%m-%d-%H-%M-%S')}"
    pods: list[dict[str, Any]] = []
    if "local" in config.cluster["etcd"] and flags.get("etcd-upgrade", "true") != "false":
        old = yaml.safe_load(host.read(f"{MANIFESTS}/etcd.yaml"))
        given = manifests.arguments_of(old)
        members = [tuple(p.split("=", 1)) for p in given["initial-cluster"].split(",")]
        joined = given.get("initial-cluster-state") == "existing"
        node, address = config.init["nodeRegistration"]["name"], config.init["localAPIEndpoint"]["advertiseAddress"]
        pods.append(manifests.etcd(config, minor, node, address, members if joined else []))  # type: ignore[arg-type]
    pods.append(manifests.api_server(config, minor, config.init["localAPIEndpoint"]))
    pods += [manifests.controller_manager(config), manifests.scheduler(config)]
    if flags.get("certificate-renewal", "true") != "false":
        renewal.renew_all(host, config)
    host.phase("static-pods")
    for pod in pods:
        name = pod["metadata"]["name"]
        host.say(f'[upgrade/staticpods] Preparing for "{name}" upgrade')
        place = f"{MANIFESTS}/{name}.yaml"
        text = yaml.safe_dump(pod, sort_keys=False)
        if host.has(place):
            if host.read(place) == text:
                host.say(f"[upgrade/staticpods] Current and new manifests of {name} are equal, skipping upgrade")
                continue
            # two steps, as the real one: between them there is no manifest
            host.path(backup).mkdir(parents=True, exist_ok=True)
            host.path(place).rename(host.path(f"{backup}/{name}.yaml"))
            host.phase(f"without-{name}")
        host.write(place, text)
        where = f'"{place}" and backing up old manifest to "{backup}/{name}.yaml"'
        host.say(f"[upgrade/staticpods] Moving new manifest to {where}")
        if name == "kube-apiserver":
            phases.wait_api(
                host, phases.url(config.init["localAPIEndpoint"]), 300.0, version, objects.access(host, ADMIN)
            )
        host.say(f'[upgrade/staticpods] Component "{name}" upgraded successfully!')
        host.phase(f"after-{name}")


def _kubelet(host: Host, config: Config) -> None:
    """The kubelet's configuration file, as the cluster has it now; flags that its release does not know go."""
    own = host.version.minor
    local = phases.local_socket(host, config)
    if local and not host.has(phases.INSTANCE):
        phases.write_instance(host, config.init["nodeRegistration"]["criSocket"])
    host.say(f'[upgrade/kubelet-config] Writing kubelet configuration to file "{CONFIG}"')
    document = phases.patched(host, config, objects.kubelet_document(config))
    host.write(CONFIG, yaml.safe_dump(document), 0o644)
    gone = [flag for flag, minor in (("container-runtime", 27), ("pod-infra-container-image", 35)) if own >= minor]
    gone += ["container-runtime-endpoint"] if local else []
    if host.has(FLAGS):
        name, _equal, words = host.read(FLAGS).strip().partition("=")
        kept = [w for w in words.strip('"').split() if w.partition("=")[0].lstrip("-") not in gone]
        host.write(FLAGS, f'{name}="{" ".join(kept)}"\n', 0o644)


def _forget_socket(host: Host, config: Config, client: Client) -> None:
    """The socket is with the node, and not with the Node any more."""
    if phases.local_socket(host, config):
        change = {"metadata": {"annotations": {objects.CRI_ANNOTATION: None}}}
        client.patch(f"/api/v1/nodes/{config.init['nodeRegistration']['name']}", change, "merge-patch")


def _ignored(flags: dict[str, str]) -> set[str]:
    return preflight.ignored(flags.get("ignore-preflight-errors", "").split(","), [])


def apply(host: Host, flags: dict[str, str], words: list[str], answer: str = "") -> None:
    """Upgrade the cluster's configuration and this control-plane host."""
    client = objects.admin(host, flags.get("kubeconfig", ADMIN))
    host.say("[preflight] Running pre-flight checks.")
    preflight.run(host, [("SystemVerification", lambda: preflight.verification(host))], _ignored(flags))
    try:
        config = objects.fetch(client, host, "upgrade/config")
    except Refusal as refusal:
        raise Refusal(f"[upgrade/{'init ' if host.version.minor >= 31 else ''}config] FATAL: {refusal}") from refusal
    _local(host, config, client, node_name(host))
    if not words:
        raise Refusal("missing one or more required arguments. Required arguments: [version]")
    try:
        wanted = versions.parse(words[0])
    except ValueError as error:
        raise Refusal(f'[upgrade/version] FATAL: couldn\'t parse version "{words[0]}"') from error
    _healthy(host, client, _ignored(flags))
    host.say(f'[upgrade/version] You have chosen to upgrade the cluster version to "{wanted.tag}"')
    try:
        unstable = "allow-experimental-upgrades" in flags or "allow-release-candidate-upgrades" in flags
        policies(host, client, wanted, "force" in flags or "f" in flags, unstable)
    except Refusal as refusal:
        raise Refusal(f"[upgrade/version] FATAL: {refusal}") from refusal
    if not {"yes", "y", "force", "f"} & set(flags) and answer.strip().lower() not in ("y", "yes"):
        raise Refusal("won't proceed; the user didn't answer (Y|y) in order to continue")
    if "dry-run" in flags:
        host.say("[upgrade/apply] dry run: nothing is done")
        return
    config.cluster["kubernetesVersion"] = wanted.tag
    if flags.get("patches"):
        config.init["patches"] = {"directory": flags["patches"]}
    host.say(f'[upgrade/control-plane] Upgrading your static Pod-hosted control plane to version "{wanted.tag}"...')
    _static_pods(host, config, flags)
    host.phase("upload-config")
    objects.upload_config(client, config, host)
    objects.upload_kubelet(client, objects.kubelet_document(config), host, wanted.minor)
    _kubelet(host, config)
    _forget_socket(host, config, client)
    host.phase("addons")
    objects.addons(client, host, config)
    if host.version.minor >= 31:
        host.say(f'\n[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "{wanted.tag}".\n')
    else:
        host.say(f'\n[upgrade/successful] SUCCESS! Your cluster was upgraded to "{wanted.tag}". Enjoy!\n')
    host.say("[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.")


def node(host: Host, flags: dict[str, str]) -> None:
    """Bring this host to what the cluster's configuration says."""
    plane = host.has(f"{MANIFESTS}/kube-apiserver.yaml")
    name = flags.get("kubeconfig") or (ADMIN if plane and host.version.minor >= 31 else "/etc/kubernetes/kubelet.conf")
    if not host.has(name):
        why = f"failed to load admin kubeconfig: open {name}: no such file or directory"
        raise Refusal(f'couldn\'t create a Kubernetes client from file "{name}": {why}')
    client = objects.admin(host, name)
    own = node_name(host)
    try:
        config = objects.fetch(client, host, "upgrade/config")
    except Refusal as refusal:
        raise Refusal(f"unable to fetch the kubeadm-config ConfigMap: {refusal}") from refusal
    _local(host, config, client, own)
    if flags.get("patches"):
        config.init["patches"] = {"directory": flags["patches"]}
    try:
        preflight.run(host, [("SystemVerification", lambda: preflight.verification(host))], _ignored(flags))
        if plane:
            host.say(
                "[upgrade] Upgrading your Static Pod-hosted control plane instance to version "
                + f'"{config.version.tag}"...'
            )
            _static_pods(host, config, flags)
            host.say("[upgrade] The control plane instance for this node was successfully upgraded!")
        else:
            host.say("[upgrade] Skipping phase. Not a control plane node.")
        host.phase("kubelet-config")
        _kubelet(host, config)
        _forget_socket(host, config, client)
    except ApiError as error:
        raise Refusal(f"error execution phase kubelet-config: {error}") from error
    host.say("[upgrade] The configuration for this node was successfully updated!")
    host.say("[upgrade] Now you should go ahead and upgrade the kubelet package using your package manager.")


def plan(host: Host, flags: dict[str, str], words: list[str]) -> None:
    """What an upgrade would bring."""
    client = objects.admin(host, flags.get("kubeconfig", ADMIN))
    objects.fetch(client, host, "upgrade/config")
    _healthy(host, client, _ignored(flags))
    running, target = versions.parse(_running(client)), versions.parse(words[0]) if words else host.version
    host.say(f"[upgrade/versions] Cluster version: {running}")
    host.say(f"[upgrade/versions] kubeadm version: {host.version.tag}")
    if target <= running:
        host.say("\nAwesome, you're up-to-date! Enjoy!")
        return
    host.say(
        "\nComponents that must be upgraded manually after you have upgraded the control plane with "
        "'kubeadm upgrade apply':"
    )
    from .tokens import aligned

    nodes = client.call("GET", "/api/v1/nodes")["items"]
    table = [["COMPONENT", "NODE", "CURRENT", "TARGET"]]
    table += [["kubelet", n["metadata"]["name"], n["status"]["nodeInfo"]["kubeletVersion"], target.tag] for n in nodes]
    for line in aligned(table):
        host.say(line)
    host.say("\nUpgrade to the latest stable version:\n")
    table = [["COMPONENT", "NODE", "CURRENT", "TARGET"]]
    plane = [n["metadata"]["name"] for n in nodes if "node-role.kubernetes.io/control-plane" in n["metadata"]["labels"]]
    table += [[part, name, running.tag, target.tag] for part in PLANE for name in plane]
    for line in aligned(table):
        host.say(line)
    host.say(
        f"\nYou can now apply the upgrade by executing the following command:\n\n\tkubeadm upgrade apply {target.tag}\n"
    )
