#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_package_info
short_description: Show what a VNF or NS package contains
version_added: "0.1.0"
description:
  - Reads packages from folders or archives and says what is in them, without talking to OSM.
  - Names what OSM would refuse, in its own words and order, and what it would take although it is hardly meant.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
requirements:
  - PyYAML
options:
  paths:
    description:
      - Folders, C(.tar.gz) or C(.zip) archives of packages, on the machine where the module runs.
      - Packages given together are checked against each other, an NS package against the VNF packages beside it, and a
        slice template against the NS packages beside it.
    type: list
    elements: path
    required: true
  onboarded_nsds:
    description:
      - Ids of NS descriptors that OSM has already, for slice templates that refer to them.
      - OSM refuses a slice template that refers to any other than these and those of O(paths).
    type: list
    elements: str
    default: []
  k8s_repos:
    description:
      - Names of the Helm repositories that OSM knows; a chart of any other is then a finding of the level V(warning).
      - Charts are not looked at in this way when this is left out, nor those of V(stable), which OSM always has.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Look into two packages
  edge.infra.osm_package_info:
    paths:
      - packages/web_knf
      - packages/web_ns.tar.gz
  register: found

- name: Look into them with what OSM knows
  edge.infra.osm_package_info:
    paths:
      - packages/web_knf
    k8s_repos:
      - podinfo

- name: Write the list of what a mirror has to hold
  ansible.builtin.copy:
    dest: mirror.txt
    content: |
      {% for image in found.packages | map(attribute='images') | flatten %}
      {{ image.kind }} {{ image.name }}
      {% endfor %}
    mode: "0644"
  delegate_to: localhost

- name: Stop when OSM would refuse one of them
  ansible.builtin.assert:
    that: found.packages | map(attribute='acceptable') is all
"""

RETURN = r"""
packages:
  description: What each package contains, in the order of O(paths).
  type: list
  elements: dict
  returned: success
  contains:
    path:
      description: Where the package was found.
      type: str
    acceptable:
      description: Whether there is no finding of the level V(error).
      type: bool
    kind:
      description: V(vnf), V(ns) or V(nst); empty when it is no package.
      type: str
    id:
      description: Id of the descriptor.
      type: str
    name:
      description: Name of the descriptor.
      type: str
    version:
      description: Version of the descriptor.
      type: str
    digest:
      description: SHA-256 of the content; the same for a folder and for its archive.
      type: str
    files:
      description: Files in the package.
      type: list
      elements: str
    vdus:
      description: Ids of virtual machines.
      type: list
      elements: str
    kdus:
      description: Names of Kubernetes units.
      type: list
      elements: str
    connection_points:
      description: Ids of external connection points.
      type: list
      elements: str
    vnfds:
      description: Ids of the VNF descriptors that an NS consists of.
      type: list
      elements: str
    nsds:
      description: Ids of the NS descriptors that a slice template refers to.
      type: list
      elements: str
    images:
      description:
        - What an instance needs from elsewhere, for a mirror.
        - Container images are those in C(values.yaml) and in plain templates of charts that the package holds; what a
          template puts together, and what charts of a repository need, only Helm could tell.
      type: list
      elements: dict
      contains:
        kind:
          description: V(vm), V(helm-chart), V(juju-bundle) or V(container).
          type: str
        name:
          description: Name of the image in the VIM, chart, bundle, or reference of the container image.
          type: str
        used_by:
          description: VDU or KDU that needs it; empty when none names it.
          type: str
        vim_type:
          description: Type of VIM that it is for; empty for any.
          type: str
        where:
          description: Place in the descriptor, or file in the package.
          type: str
    findings:
      description:
        - Faults, the one that OSM would meet first at the front.
        - Each has C(level) (V(error) or V(warning)), C(where), C(message), C(remedy) and C(status).
      type: list
      elements: dict
"""

from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import Package, PackageError, build
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.findings import each
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.images import images
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.lint import lint


def _ids(package: Package, key: str, name: str = "id") -> list[str]:
    return [str(entry.get(name, "")) for entry in each(package.descriptor.get(key))]


def _shown(
    path: str, package: Package, known: dict[str, Any], known_nsds: set[str], repos: list[str] | None
) -> dict[str, Any]:
    vnfds = package.descriptor.get("vnfd-id")
    vnfds = [str(v) for v in vnfds] if isinstance(vnfds, list) else []
    # VNFDs that are not beside it may be in OSM already: only those at hand are looked into
    references = {**dict.fromkeys(vnfds), **known} if package.kind == "ns" else None
    found = lint(package, known_vnfds=references, known_repos=repos, known_nsds=known_nsds)
    findings = [asdict(finding) for finding in found]
    return {
        "path": path,
        "acceptable": not any(finding["level"] == "error" for finding in findings),
        "kind": package.kind,
        "id": package.id,
        "name": package.name,
        "version": package.version,
        "digest": package.digest,
        "files": list(package.files),
        "vdus": _ids(package, "vdu"),
        "kdus": _ids(package, "kdu", "name"),
        "connection_points": _ids(package, "sapd" if package.kind == "ns" else "ext-cpd"),
        "vnfds": vnfds,
        "nsds": _ids(package, "netslice-subnet", "nsd-ref"),
        "images": images(package),
        "findings": findings,
    }


def _refused(path: str, error: PackageError) -> dict[str, Any]:
    finding = {"level": "error", "where": error.where, "message": error.message, "remedy": error.remedy}
    empty: dict[str, Any] = {k: [] for k in ("files", "vdus", "kdus", "connection_points", "vnfds", "nsds", "images")}
    texts = dict.fromkeys(("kind", "id", "name", "version", "digest"), "")
    return {"path": path, "acceptable": False, **texts, **empty, "findings": [{**finding, "status": error.status}]}


def main() -> None:
    """Read every package, then show each beside the others."""
    spec = {
        "paths": {"type": "list", "elements": "path", "required": True},
        "onboarded_nsds": {"type": "list", "elements": "str", "default": []},
        "k8s_repos": {"type": "list", "elements": "str"},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    if find_spec("yaml") is None:
        module.fail_json(msg=missing_required_lib("PyYAML"))
    read: list[tuple[str, Package | PackageError]] = []
    for path in module.params["paths"]:
        try:
            read.append((path, build(path)))
        except PackageError as error:
            read.append((path, error))
    known = {p.id: p.descriptor for _path, p in read if isinstance(p, Package) and p.kind == "vnf"}
    nsds = {p.id for _path, p in read if isinstance(p, Package) and p.kind == "ns"}
    nsds |= set(module.params["onboarded_nsds"])
    repos = module.params["k8s_repos"]
    shown = [_shown(path, p, known, nsds, repos) if isinstance(p, Package) else _refused(path, p) for path, p in read]
    module.exit_json(changed=False, packages=shown)


if __name__ == "__main__":
    main()
