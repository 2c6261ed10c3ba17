#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: openstack_helm_plan
short_description: Plan an OpenStack by the charts of OpenStack-Helm, without a cluster
version_added: "0.1.0"
description:
  - Puts the components that are wanted in order, finds their charts, merges the layers of their values as Helm does,
    and holds them against the values that the charts themselves have.
  - Layers are, from the weakest to the strongest, the chart's own, the files of overrides of the OpenStack release and
    the operating system, those of features, the storage class, passwords, and O(values).
  - Reads charts and files of overrides on the controller. No cluster is asked, and nothing is changed.
  - What is wrong is no failure but is returned in RV(faults), all of it at once. The values of the inventory may hold
    secrets, so a task has C(no_log); RV(shown) is what may be seen.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
options:
  charts:
    description:
      - Where the charts are - a folder with C(NAME/) or C(NAME-VERSION.tgz), a repository (C(https://)), or a registry
        (C(oci://)).
    type: str
    required: true
  cache:
    description: Folder with the packages that were fetched from repositories and registries.
    type: str
    required: true
  version:
    description: Version of all charts from O(charts); that of the folder's charts when empty.
    type: str
    default: ""
  overrides:
    description: Folder with files of overrides, C(CHART/FEATURE.yaml), as C(values_overrides) of openstack-helm.
    type: str
    default: ""
  release:
    description: The OpenStack release, as the files of overrides name it.
    type: str
    default: ""
  os:
    description: The operating system of the images, as the files of overrides name it.
    type: str
    default: ""
  features:
    description: Features in the order in which their files of overrides are merged.
    type: list
    elements: str
    default: []
  components:
    description:
      - Components beside the ordinary ones, or what differs of them, by name. Each may have C(enabled), C(chart),
        C(release), C(namespace), C(version), C(source), C(digest), C(after), C(nodes), C(test) and C(timeout).
      - With C(digest) (C(sha256:) and what C(sha256sum) says of the package) a package is refused that is another one.
    type: dict
    default: {}
  values:
    description: Values by the name of the component; the strongest layer.
    type: dict
    default: {}
  nodes:
    description:
      - Names of nodes by group (C(control), C(compute), C(switch), C(network), C(gateway), C(sriov), C(ceph_rgw)).
    type: dict
    default: {}
  storage_class:
    description: Storage class for the volumes of all components; what the charts say otherwise.
    type: str
    default: ""
  namespace:
    description: Namespace of the releases.
    type: str
    default: openstack
  helm_timeout:
    description: Seconds that Helm may take for a release, without waiting for its pods.
    type: int
    default: 900
  stand_in:
    description:
      - Whether the charts stand in for those that O(values) and O(overrides) were written for, as a rehearsal's do.
      - Then O(version), and what O(components) say of versions and sources, do not count, and what such charts cannot
        have (components, keys of values, files of overrides that are not there, needs of features) is told in
        RV(remarks) and is no fault.
    type: bool
    default: false
  destination:
    description: Folder to write the plan to, one file of values for each release; not written when empty.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Plan an OpenStack
  edge.infra.openstack_helm_plan:
    charts: /srv/openstack-helm
    cache: /var/cache/charts
    overrides: /srv/openstack-helm/values_overrides
    release: "2025.2"
    os: ubuntu_noble
    features: [ovn]
    components:
      cinder: {}
    values:
      nova: {conf: {nova: {libvirt: {virt_type: kvm}}}}
  register: planned
  no_log: true

- name: Show it
  ansible.builtin.debug:
    msg: "{{ planned.told }}"
"""

RETURN = r"""
fetches:
  description: Charts that have to be fetched first, each with C(name), C(version), C(ref) and C(repository).
  type: list
  elements: dict
  returned: success
releases:
  description: Releases in the order of their installation, with the values as Helm gets them.
  type: list
  elements: dict
  returned: success
where:
  description: The same, each with C(name), C(release) and C(namespace) only.
  type: list
  elements: dict
  returned: success
shown:
  description: The whole plan without its secrets.
  type: dict
  returned: success
told:
  description: The plan in a few lines.
  type: list
  elements: str
  returned: success
node_labels:
  description: Labels by the names of nodes; C(all) is every node.
  type: dict
  returned: success
passwords:
  description: Names of the passwords that the charts want.
  type: list
  elements: str
  returned: success
needs:
  description: What features need of the cluster that no component brings.
  type: list
  elements: dict
  returned: success
faults:
  description: What is wrong, each in one sentence with what to do.
  type: list
  elements: str
  returned: success
remarks:
  description: What deserves a look.
  type: list
  elements: str
  returned: success
files:
  description: Files that were written.
  type: list
  elements: str
  returned: success
"""

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm import plan, render

ARGUMENTS: dict[str, Any] = {
    "charts": {"type": "str", "required": True},
    "cache": {"type": "str", "required": True},
    "version": {"type": "str", "default": ""},
    "overrides": {"type": "str", "default": ""},
    "release": {"type": "str", "default": ""},
    "os": {"type": "str", "default": ""},
    "features": {"type": "list", "elements": "str", "default": []},
    "components": {"type": "dict", "default": {}},
    "values": {"type": "dict", "default": {}},
    "nodes": {"type": "dict", "default": {}},
    "storage_class": {"type": "str", "default": ""},
    "namespace": {"type": "str", "default": "openstack"},
    "helm_timeout": {"type": "int", "default": 900},
    "stand_in": {"type": "bool", "default": False},
    "destination": {"type": "str", "default": ""},
}


def _written(folder: Path, releases: list[dict[str, Any]]) -> list[str]:
    """The plan's files, for their owner only: what a program calls its secrets is not always known."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.yaml"):
        old.unlink()
    files = []
    for number, release in enumerate(releases, 1):
        file = folder / f"{number:02}-{release['name']}.yaml"
        file.touch(mode=0o600)
        file.write_text(render.values_file(release), encoding="utf-8")
        files.append(str(file))
    return files


def main() -> None:
    """Plan, and write what may be seen."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    options = {k: {} if v is None else v for k, v in module.params.items()}
    options["timeout"] = options.pop("helm_timeout")
    options["components"] = {k: v or {} for k, v in options["components"].items()}
    fetches: list[dict[str, str]] = []
    empty: dict[str, Any] = {
        "releases": [],
        "where": [],
        "node_labels": {},
        "passwords": [],
        "needs": [],
        "remarks": [],
    }
    try:
        fetches = plan.fetches(options)
        found = plan.plan(options) if not fetches else {**empty, "faults": []}
    except EdgeError as error:
        found = {**empty, "faults": [str(error)]}
    files: list[str] = []
    if module.params["destination"] and found["releases"] and not found["faults"]:
        try:
            files = _written(Path(module.params["destination"]), found["releases"])
        except OSError as error:
            # a fault, too: under no_log a failure would be hidden
            reason = f"{module.params['destination']} cannot be written ({error.strerror or error})."
            remedy = "Make room there, or name a folder that you may write to in openstack_helm_work_dir."
            found = {**empty, "faults": [f"openstack_helm_work_dir: {reason} {remedy}"]}
    shown, told = plan.shown(found), render.told(found)
    module.exit_json(changed=False, fetches=fetches, shown=shown, told=told, files=files, **found)


if __name__ == "__main__":
    main()
