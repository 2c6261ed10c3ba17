#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns_package
short_description: Manage NS packages of OSM
version_added: "0.1.0"
description:
  - Onboards an NS package into Open Source MANO, updates or removes it.
  - VNF descriptors that it names must be there, with the connection points that it names; what is missing is said
    before anything is sent.
  - OSM takes a changed package that is in use only if nothing but its primitives changed; anything else is refused
    before anything is sent. What runs keeps the descriptor that it was made with, which a warning says.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - name: ETSI GS NFV-SOL 005
    description: The standard behind OSM's northbound interface.
    link: https://www.etsi.org/deliver/etsi_gs/NFV-SOL/001_099/005/
# BEGIN generated options
options:
  path:
    description:
      - Folder, C(.tar.gz) or C(.zip) of the package, on the machine where the module runs.
      - A folder is packed reproducibly, without what belongs to version control and editors;
        an archive is sent as it is, a zip is packed anew. Only content that differs is uploaded.
    type: path
  descriptor_id:
    description:
      - The descriptor's C(id). Follows from the package itself; needed to remove a package
        without its files.
    type: str
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  force:
    description:
      - With C(state=absent), remove the object in spite of its users, and at once.
      - Running services keep their own copy of the descriptor; its configuration templates
        go with it, and slice templates that name it are of no use any more.
      - Ignored with C(state=present).
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
      - The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most; the default depends on the kind of object.
    type: int
  wait_interval:
    description:
      - Longest pause between two looks, in seconds; the first looks come sooner.
    type: float
    default: 5.0
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(vnf_packages: [NAME]), or C(vnf_package: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Onboard a network service
  edge.infra.osm_ns_package:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    path: packages/edge_web_ns
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ns_package:
  description: The NS package; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    descriptor_id:
      description:
        - The descriptor's C(id). Follows from the package itself; needed to remove a package
          without its files.
      type: str
      returned: when set
      sample: edge_web_ns
    digest:
      description:
        - Digest of the package's content, kept in its user-defined data.
      type: str
      returned: when set
      sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
operation:
  description: Id of the operation that OSM answered the change with.
  type: str
  returned: when something was changed and OSM gave one
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login) or V(timeout).
      type: str
    message:
      description: What happened, with the API's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.packages import NS_PACKAGE


def main() -> None:
    """Put the declaration to work."""
    run(OSM, NS_PACKAGE)


if __name__ == "__main__":
    main()
