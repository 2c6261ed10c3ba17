#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_archive
short_description: Back a kubeadm cluster up into one archive
version_added: "0.1.0"
description:
  - Takes a snapshot of etcd and proves its sum, adds the authorities with their keys, the keys of encryption at rest
    and kubeadm's configuration, and puts it all into one archive on the host, for root only.
  - "The archive opens the cluster to whoever has it: give a passphrase, or keep it as a key is kept."
  - Runs on a control-plane node, as root. etcd is asked over its JSON gateway with the API server's certificate, so
    that neither etcdctl nor an API server that answers is needed. An external etcd is asked in the same way.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  site:
    description: Name of the site, which is in the name of the archive and in its manifest.
    type: str
    required: true
  folder:
    description: Where the archive is put on the host.
    type: path
    default: /var/lib/edge.infra/backup
  passphrase:
    description: Encrypts the archive by openssl (AES-256-CBC, PBKDF2). Without one it is not encrypted.
    type: str
  timeout:
    description: Seconds without a word from etcd after which it is given up.
    type: int
    default: 600
"""

EXAMPLES = r"""
- name: Back the cluster up
  edge.infra.kubernetes_archive:
    site: madrid-2
    passphrase: "{{ vault_backup_passphrase }}"
  register: archive
"""

RETURN = r"""
archive:
  description: The archive; empty in check mode.
  type: dict
  returned: success
  contains:
    path:
      description: Its place on the host.
      type: str
    name:
      description: Its name; C(.tgz), or C(.tgz.enc) where it is encrypted.
      type: str
    sha256:
      description: Its SHA-256.
      type: str
    kubernetes_version:
      description: Version of the cluster, such as V(v1.34.2), which is also the one that it can be restored with.
      type: str
    etcd_version:
      description: Version of etcd.
      type: str
    etcd_members:
      description: Names of its members.
      type: list
      elements: str
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(input) for what was refused before anything was done.
      type: str
    message:
      description: What happened, with etcd's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import archive, host


def main() -> None:
    """Make one, or say that one would be made."""
    module = AnsibleModule(
        {
            "site": {"type": "str", "required": True},
            "folder": {"type": "path", "default": "/var/lib/edge.infra/backup"},
            "passphrase": {"type": "str", "no_log": True},
            "timeout": {"type": "int", "default": 600},
        },
        supports_check_mode=True,
    )
    params = module.params
    made = {}
    try:
        if not module.check_mode:
            folder = host.ROOT / params["folder"].lstrip("/")
            made = archive.take(params["site"], folder, params["passphrase"] or "", params["timeout"])
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(changed=True, archive=made)


if __name__ == "__main__":
    main()
