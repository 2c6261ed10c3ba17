#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: site_plan
short_description: Plan an edge site on paper
version_added: "0.1.0"
description:
  - Checks the variables of one or more edge sites, and renders what would be sent to build them into a folder.
    Contacts nothing.
  - Every fault is reported at once, each with the variable that caused it, what is wrong with it, and the remedy.
    Nothing but O(report) is written while there are faults.
  - Hosts with the same C(edge_site_name) make one site. Its deployment model says which hosts it has, how StarlingX
    calls them, and in which order they are built. Its files go to the folder C(plan) below its C(edge_work_dir), or
    below O(destination) and its name.
  - Of a site whose model is C(kubeadm) the configuration that kubeadm takes is rendered for each node
    (C(kubeadm/<host>.yaml)), in the version that the wanted Kubernetes reads, without tokens, keys and hashes.
  - Of each site a picture is drawn, too (C(picture.svg)) - its hosts, their interfaces, and the networks that these
    are attached to; of a distributed cloud one of the System Controller with its subclouds (C(cloud.svg)).
  - With O(report) everything is shown on one page, too - the pictures, the addresses, and what was found.
  - Give the variables without their secrets, as M(edge.infra.site_variables) returns them; the plan only wants
    to know that they are there.
author:
  - The edge.infra authors (@edge-infra)
options:
  hosts:
    description:
      - The variables of each host, by the host's name; only those whose names begin with C(edge_) count.
      - They are described in the README of the role P(edge.infra.site_plan#role).
    type: dict
    required: true
  groups:
    description:
      - The hosts of the inventory's groups C(edge_controllers), C(edge_workers), C(edge_storage) and
        C(edge_subclouds), as the variable C(groups) has them.
      - Of other groups those are told that may be mistyped ones, and with C(all) among them the files in C(group_vars)
        and C(host_vars) that belong to nobody.
      - They say a host's personality where C(edge_personality) does not, and the order of the hosts, which their names
        in StarlingX come from. The first controller of a site is controller-0.
      - A host of C(edge_subclouds) is controller-0 of a subcloud that is called as its C(edge_site_name) says, or as
        the host.
    type: dict
    default: {}
  destination:
    description: Folder for the plans; a folder per site is made in it.
    type: path
    required: true
  folder:
    description:
      - Folder that relative paths in the variables start from, as a rule the inventory's.
      - The current one if not given.
    type: path
  unreadable:
    description:
      - What could not be read of each host's variables, by the host's name, as M(edge.infra.site_variables) returns it.
        Each is a fault.
    type: dict
    default: {}
  packages:
    description:
      - What M(edge.infra.osm_package_info) returns of the packages in C(edge_packages), or of those with faults.
      - What is wrong with them are faults of the plan.
    type: list
    elements: dict
    default: []
  sites:
    description:
      - Names of all sites of the inventory, where not all of them are planned.
      - They are what C(edge_l2sm_domain) may name beside the sites of O(hosts).
    type: list
    elements: str
    default: []
  check_secrets:
    description: Whether a secret that is not given is a fault.
    type: bool
    default: true
  report:
    description:
      - Folder for a report about all of these sites - C(plan.html), one page that needs nothing else to be read, and
        C(plan.json), the same for programs. None if not given.
      - It is written where there are faults, too, and names them.
    type: path
  overview:
    description: Whether RV(overview) and RV(pictures) are returned.
    type: bool
    default: false
attributes:
  check_mode:
    description: Can predict what a run would change.
    support: full
  diff_mode:
    description: Shows what would change, or has changed.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
requirements:
  - netaddr
  - PyYAML
"""

EXAMPLES = r"""
- name: Gather its variables
  edge.infra.site_variables:
  register: gathered

- name: Look into its packages
  edge.infra.osm_package_info:
    paths:
      - packages/web_knf
  register: looked_into

- name: Plan the site of this host
  edge.infra.site_plan:
    hosts:
      controller-0: "{{ gathered.variables }}"
    unreadable:
      controller-0: "{{ gathered.unreadable }}"
    packages: "{{ looked_into.packages }}"
    destination: "{{ inventory_dir }}/.edge"
    folder: "{{ inventory_dir }}"
  delegate_to: localhost
"""

RETURN = r"""
faults:
  description: Everything that is wrong with the variables.
  type: list
  elements: dict
  returned: always
  contains:
    variable:
      description: The variable, such as V(edge_interfaces[1].vf_count).
      type: str
    value:
      description: Its value; masked if it is a secret.
      type: raw
    message:
      description: What is wrong with it.
      type: str
    remedy:
      description: What to do.
      type: str
    host:
      description: The host, if it is a host's own variable.
      type: str
    site:
      description: The site, where there are several.
      type: str
remarks:
  description: What deserves a look, in the same form as RV(faults); shown as warnings too.
  type: list
  elements: dict
  returned: always
documents:
  description: The rendered documents by path, relative to RV(folders), for each site.
  type: dict
  returned: success
  sample: {"madrid-1": {"bootstrap/controller-0.yml": {"system_mode": "simplex"}}}
folders:
  description: The folder with the documents of each site.
  type: dict
  returned: success
  sample: {"madrid-1": "/home/me/my_site/.edge/madrid-1/plan"}
hosts:
  description: What provisioning needs, for each host.
  type: dict
  returned: success
  contains:
    site:
      description: Name of its site.
      type: str
    hostname:
      description: Its name in StarlingX and as a node of Kubernetes, whatever the inventory calls it.
      type: str
    personality:
      description: V(controller), V(worker) or V(storage).
      type: str
    first:
      description:
        - Whether it is controller-0, which is bootstrapped; the others are installed by it over the network.
        - Of a site of kubeadm, whether it is the control-plane node that begins.
      type: bool
    management_mac:
      description:
        - MAC address of the port that it boots from the network with, by which it is recognized; empty when not known,
          which is no matter for controller-0.
      type: str
    bootstrap:
      description:
        - Overrides of its bootstrap; secrets are references to names that begin with C(vault_).
        - Empty for hosts that are not bootstrapped.
      type: dict
    secrets:
      description: Names of the secret overrides, masked.
      type: dict
    resources:
      description:
        - What is configured through StarlingX's API before the host is unlocked, and the unlock, as C(resources) of
          M(edge.infra.stx_host_configuration). What belongs to the whole system is with controller-0.
      type: dict
    later:
      description:
        - What StarlingX takes only when every host of the site is in service, in the same form; empty when there is
          nothing.
      type: dict
    kubernetes:
      description: Of a site of kubeadm - what the host is in its cluster. Empty on other sites.
      type: dict
      contains:
        host:
          description: The inventory's name of the host.
          type: str
        kind:
          description: V(init) for the first control-plane node, V(control_plane) for the others, or V(worker).
          type: str
        node:
          description: The name of the node in Kubernetes.
          type: str
        addresses:
          description: Its addresses, that of the primary family first.
          type: list
          elements: str
        version:
          description: The release of Kubernetes, with all three numbers and without a letter.
          type: str
          sample: 1.34.2
        minor:
          description: The second number of it.
          type: int
        api_version:
          description: API group and version of kubeadm's documents.
          type: str
          sample: kubeadm.k8s.io/v1beta4
        endpoint:
          description:
            - How the API is reached - C(method), C(address), C(port), C(bind_port) of the API servers themselves,
              C(interface) (empty - the one with the node's address), C(router_id) of keepalived, and C(server), which
              is address and port in one text.
          type: dict
        networks:
          description: The ranges C(pods), C(services) and C(nodes), the C(families) in order, and C(dns_domain).
          type: dict
        etcd:
          description: An etcd of its own as C(endpoints), C(caFile), C(certFile) and C(keyFile), or nothing.
          type: dict
        network_plugin:
          description: C(name), C(manifest) and C(checksum) of the network plugin, as far as they are given.
          type: dict
        multus:
          description: C(manifest) and C(checksum), as far as they are given; null when Multus is not wanted.
          type: dict
        addons:
          description: The variable C(edge_kubernetes_addons).
          type: dict
        labels:
          description: Labels of the node, to be set through the API.
          type: dict
        taints:
          description: Every taint that the node is to have, as C(key), C(value) and C(effect).
          type: list
          elements: dict
        kubelet:
          description: The whole KubeletConfiguration of the node.
          type: dict
        kubelet_patch:
          description: What of it is the node's own, as a merge patch for kubeadm (C(kubeletconfiguration+merge.yaml)).
          type: dict
        config:
          description:
            - The documents for kubeadm - InitConfiguration, ClusterConfiguration, KubeletConfiguration and, where
              something is to be said, KubeProxyConfiguration of the first node; JoinConfiguration of each other one.
            - Tokens, certificate keys and the hashes of the CA are not in them, and added when they are used.
          type: list
          elements: dict
        image_repository:
          description: Where the images of Kubernetes are; empty for kubeadm's default.
          type: str
        ignore_preflight:
          description: Findings of kubeadm's preflight that are ignored.
          type: list
          elements: str
        hardening:
          description: V(none) or V(cis).
          type: str
        hardening_files:
          description: With V(cis), the files that the API servers read, by their names; keys are not in them.
          type: dict
        hardening_exceptions:
          description: Rules that variables of the user undo, by their numbers, each with the reason.
          type: dict
        packages:
          description: The variable C(edge_kubernetes_packages), with passwords in URLs masked.
          type: dict
        container_runtime:
          description: The variable C(edge_container_runtime), with secrets masked.
          type: dict
        swap:
          description:
            - V(off) when it is ended, V(refuse) when a host that has some is refused, V(keep) when the kubelet is told
              to bear it.
          type: str
        clock_skew:
          description: Seconds that the clocks of two nodes may differ.
          type: float
        no_proxy:
          description: Everything that is reached without the proxy; empty when there is none.
          type: list
          elements: str
        members:
          description: Every node of the site as C(host), C(kind), C(node) and C(addresses), the first one first.
          type: list
          elements: dict
report:
  description: Path of the page of O(report); in check mode where it would be.
  type: str
  returned: when O(report) is given
overview:
  description:
    - What C(plan.json) has - C(sites) with model, hosts and addresses, and C(findings), the faults and remarks with
      their C(severity), each once.
  type: dict
  returned: when O(overview) is set
pictures:
  description: The pictures of the page, as SVG.
  type: list
  elements: str
  returned: when O(overview) is set
sites:
  description: What the sites are, by name.
  type: dict
  returned: success
  contains:
    model:
      description: The deployment model.
      type: str
    first:
      description: The inventory's name of controller-0.
      type: str
    hosts:
      description:
        - The inventory's names of the hosts in the order in which they are built - controllers, storage hosts, workers.
      type: list
      elements: str
    storage_tiers:
      description: Storage tiers beside the default one, to be made when the controllers are in service.
      type: list
      elements: str
    role:
      description: V(none), V(systemcontroller) or V(subcloud).
      type: str
    subcloud_groups:
      description: Groups of subclouds of a System Controller, with the options of dcmanager.
      type: list
      elements: dict
    l2sm:
      description:
        - What the site has of layer-2 networks between sites (C(edge_l2sm_domain)) - C(domain), C(state), C(device)
          with the options of M(edge.infra.l2sm_network_edge_device), C(networks) with the range that pods get where
          nothing exists yet, and the names of those that are C(gone). Empty where no such networks are declared.
      type: dict
l2sm_domains:
  description:
    - Networks between sites by the name of their provider - C(sites) in order, and C(networks) with the options of
      M(edge.infra.l2sm_slice).
  type: dict
  returned: success
subclouds:
  description: What dcmanager gets of the subclouds, by name.
  type: dict
  returned: success
  contains:
    host:
      description: The inventory's name of its controller-0.
      type: str
    system_controller:
      description: Name of the site that is its System Controller.
      type: str
    group:
      description: Its group.
      type: str
    gateway:
      description: By which address it reaches the System Controller.
      type: str
    bootstrap_address:
      description: By which it is reached while it is bootstrapped.
      type: str
    bootstrap_values:
      description: Its bootstrap values; secrets are references to names that begin with C(vault_).
      type: dict
    install:
      description: Whether dcmanager installs it through its BMC.
      type: bool
    install_values:
      description: Its install values, without the BMC's password; empty when it is installed by hand.
      type: dict
    deploy_config:
      description: Resources of the Deployment Manager; empty unless C(edge_deploy_config) wants them.
      type: list
      elements: dict
    secrets:
      description: Names of the secrets that it needs, masked.
      type: dict
"""

import importlib
import json
import os
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.validation import check_type_path
from ansible_collections.edge.infra.plugins.module_utils._site import descriptors, files, results, told
from ansible_collections.edge.infra.plugins.module_utils._site.faults import Fault, without_secrets
from ansible_collections.edge.infra.plugins.module_utils._site.inventory import missing_folders, stray_files
from ansible_collections.edge.infra.plugins.module_utils._site.overview import drawn, overview
from ansible_collections.edge.infra.plugins.module_utils._site.picture import pictures
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan, plan_sites
from ansible_collections.edge.infra.plugins.module_utils._site.plan_page import plan_page

#: what the plan imports -> how it is called in a package index
LIBRARIES = {"netaddr": "netaddr", "yaml": "PyYAML"}


def main() -> None:
    """Plan, refuse or write."""
    module = AnsibleModule(
        {
            "hosts": {"type": "dict", "required": True},
            "groups": {"type": "dict", "default": {}},
            "destination": {"type": "path", "required": True},
            "folder": {"type": "path"},
            "unreadable": {"type": "dict", "default": {}},
            "packages": {"type": "list", "elements": "dict", "default": []},
            "sites": {"type": "list", "elements": "str", "default": []},
            "check_secrets": {"type": "bool", "default": True, "no_log": False},
            "report": {"type": "path"},
            "overview": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    hosts = module.params["hosts"]
    # the invocation is part of every result: no secret stays in it, even if the caller did not mask it
    module.params["hosts"] = without_secrets(hosts)
    for library, distribution in LIBRARIES.items():
        try:
            importlib.import_module(library)
        except ImportError:
            module.fail_json(msg=missing_required_lib(distribution), exception=traceback.format_exc())
    ours = {host: _ours(variables) for host, variables in hosts.items()}
    folder = Path(module.params["folder"] or ".")
    paths = {path for variables in ours.values() for path in _paths(variables)}
    findings = _findings(module.params["packages"])
    packages = {
        path: replace(descriptors.read(folder / path), findings=findings.get(_place(folder / path), ()))
        for path in paths
    }
    unreadable = {host: _rows(rows) for host, rows in module.params["unreadable"].items()}
    groups = {str(name): [str(h) for h in found] for name, found in _lists(module.params["groups"])}
    names = module.params["sites"]
    plans = plan_sites(ours, packages, module.params["check_secrets"], unreadable, groups, names)
    faults = [fault for plan in plans for fault in plan.faults]
    remarks = stray_files(folder, groups) + missing_folders(folder, ours)
    remarks += [warning for plan in plans for warning in plan.warnings]
    for remark in told.lines(remarks):
        module.warn(remark)
    report = Report(module, plans, remarks)
    if faults:
        report.write()
        lines = told.lines(faults)
        count = "is one fault" if len(lines) == 1 else f"are {len(lines)} faults"
        shown = [f"The report is {report.said['report']} ."] if "report" in report.said else []
        message = "\n".join([f"There {count} in the site's variables:", *(f"- {line}" for line in lines), *shown])
        found = {"faults": [f.document() for f in faults], "remarks": [r.document() for r in remarks], **report.said}
        module.fail_json(msg=message, **found)
    _write(module, plans, ours, [remark.document() for remark in remarks], report)


class Report:
    """The page about all sites and its JSON, where they are wanted.

    :param remarks: of the inventory and of the sites; an overview wants those of the inventory beside the plans.
    """

    def __init__(self, module: AnsibleModule, plans: list[SitePlan], remarks: list[Fault]) -> None:
        self._module, self.said, self.changes = module, dict[str, Any](), list[files.FileChange]()
        folder = module.params["report"]
        if not folder and not module.params["overview"]:
            return
        own = [warning for plan in plans for warning in plan.warnings]
        document, shown = overview(plans, [remark for remark in remarks if remark not in own]), drawn(plans)
        if module.params["overview"]:
            self.said |= {"overview": document, "pictures": shown}
        if folder:
            text = json.dumps(document, indent=2, sort_keys=True, default=str) + "\n"
            page = Path(folder) / "plan.html"
            self.said["report"] = str(page)
            wanted = {page: plan_page(document, shown), page.with_suffix(".json"): text}
            try:
                self.changes = [change for path, content in wanted.items() for change in files.changed(path, content)]
            except OSError as error:
                self._refuse(error)

    def write(self) -> None:
        """Write what differs, but not in check mode."""
        if self._module.check_mode:
            return
        try:
            files.apply(self.changes)
        except OSError as error:
            self._refuse(error)

    def _refuse(self, error: OSError) -> None:
        place = error.filename or self.said["report"]
        self._module.fail_json(msg=f"The report cannot be written to {place}: {error.strerror}. Set another folder.")


def _lists(groups: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    """The groups that are lists of hosts."""
    return [(name, found) for name, found in groups.items() if isinstance(found, list)]


def _ours(variables: Any) -> Any:
    """The variables of a site among those of a host."""
    return (
        {k: v for k, v in variables.items() if str(k).startswith("edge_")} if isinstance(variables, dict) else variables
    )


def _rows(rows: Any) -> list[dict[str, str]]:
    """What could not be read of a host, in the form that the plan takes."""
    keys = {"variable": "edge_*", "message": "cannot be read.", "remedy": "Correct it."}
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [{key: str(row.get(key, text)) for key, text in keys.items()} for row in found]


def _findings(rows: list[dict[str, Any]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """What OSM would refuse of each package, by its path: (message, remedy)."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in rows:
        errors = [f for f in row.get("findings") or () if isinstance(f, dict) and f.get("level") == "error"]
        found[_place(row.get("path") or "")] = tuple((_told(f), str(f.get("remedy") or "")) for f in errors)
    return found


def _told(finding: dict[str, Any]) -> str:
    message = " ".join(str(finding.get("message") or "").split()).rstrip(".")
    where = str(finding.get("where") or "")
    place = f" (at {where})" if where and where not in message else ""
    return f"{'OSM would refuse it: ' if finding.get('status') else ''}{message}{place}."


def _place(path: Any) -> str:
    given = str(check_type_path(str(path)))
    return os.path.abspath(given)  # noqa: PTH100  (a "." or ".." in the middle does not count)


def _paths(variables: Any) -> list[str]:
    packages = variables.get("edge_packages") if isinstance(variables, dict) else None
    return [path for path in packages if isinstance(path, str) and path] if isinstance(packages, list) else []


def _write(
    module: AnsibleModule, plans: list[SitePlan], variables: dict[str, Any], remarks: list[Any], report: Report
) -> None:
    diffs, folders, drawn = [], {}, pictures(plans)
    try:
        for plan in plans:
            work = variables[plan.members[0].name].get("edge_work_dir")
            folder = Path(work) if work else Path(module.params["destination"]) / plan.name
            folders[plan.name] = str(folder / "plan")
            changes = files.compare(folder / "plan", {**plan.documents, **drawn[plan.name]})
            diffs += [change.diff() for change in changes]
            if not module.check_mode:
                files.apply(changes)
    except OSError as error:
        module.fail_json(
            msg=f"The plan cannot be written to {error.filename}: {error.strerror}. Set another destination."
        )
    report.write()
    # the page says nothing that the files do not, so that its lines would only be noise
    diffs += [{"prepared": f"{change.path}: rendered anew\n"} for change in report.changes]
    module.exit_json(
        changed=bool(diffs),
        diff=diffs,
        faults=[],
        remarks=remarks,
        folders=folders,
        documents={plan.name: plan.documents for plan in plans},
        **report.said,
        **results.of_plans(plans),
    )


if __name__ == "__main__":
    main()
