#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_slice_template
short_description: Manage slice templates of OSM
version_added: "0.1.0"
description:
  - Uploads a network slice template (NST) to Open Source MANO, updates or removes it.
  - The template is checked before anything is sent, as OSM would; M(edge.infra.osm_package_info) shows what it
    contains.
  - Content is told apart by a digest that is kept with the template in OSM; only content that differs is uploaded.
  - A re-upload is merged into the old template by OSM; keys that the new one lacks are removed explicitly, so that
    OSM ends with what was given.
  - Slices that exist keep the template as it was when they were created.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_slice_template_info
  - module: edge.infra.osm_ns_package
  - module: edge.infra.osm_package_info
  - module: edge.infra.osm_slice
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
      - Slices keep their own copy of the template.
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
      - 'Such as C(ns_packages: [NAME]), or C(ns_package: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Upload a slice template from a folder
  edge.infra.osm_slice_template:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    path: packages/edge_slice

- name: Remove it by its id
  edge.infra.osm_slice_template:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    descriptor_id: edge_slice
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
slice_template:
  description: The slice template; empty when it does not exist (any more).
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
      sample: edge_slice
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
from ansible_collections.edge.infra.plugins.module_utils._osm.packages import SLICE_TEMPLATE


def main() -> None:
    """Put the declaration to work."""
    run(OSM, SLICE_TEMPLATE)


if __name__ == "__main__":
    main()
