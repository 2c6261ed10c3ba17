#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_certificate
short_description: Manage certificates of StarlingX
version_added: "0.1.0"
description:
  - Installs a certificate of the platform, or an authority that it trusts, or trusts an authority no longer.
  - A certificate counts as installed when sysinv has one of its mode and serial number. The file is not shown anywhere,
    and sent only when it is to be installed.
  - An authority with the subject of another one takes its place.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_certificate_info
notes:
  - Uses the StarlingX configuration API (sysinv), C(certificate).
  - cert-manager manages the certificates of the modes V(ssl), V(docker_registry) and V(openldap) in recent releases;
    sysinv refuses to install others without O(force).
  - Needs the Python package cryptography where the task runs.
# BEGIN generated options
options:
  mode:
    description:
      - What the certificate is for.
      - V(ssl_ca) is an authority that the platform trusts; there may be many.
      - Of the others there is one each, that of the platform's endpoints (V(ssl)), of its registry,
        and so on.
    type: str
    choices:
      - ssl_ca
      - ssl
      - docker_registry
      - openldap
      - openldap_ca
      - openstack
      - openstack_ca
    required: true
  src:
    description:
      - PEM file of the machine that runs the task.
      - A certificate comes first, then those that signed it, in this order, and its private
        key; of an authority there is only the certificate.
    type: path
  signature:
    description:
      - What sysinv calls the certificate, its mode and serial number; follows from O(src) where
        that is given.
    type: str
  passphrase:
    description:
      - Passphrase of the private key.
    type: str
  force:
    description:
      - Install it although cert-manager manages the certificate, which may put its own back.
    type: bool
    default: false
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  update_secret:
    description:
      - When to send secrets to an object that exists.
      - The API does not give secrets back in a form that could be compared, so with V(always)
        the task reports C(changed) each time.
    type: str
    choices:
      - on_create
      - always
    default: on_create
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
# END generated options
"""

EXAMPLES = r"""
- name: Trust the authority of the company
  edge.infra.stx_certificate:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    mode: ssl_ca
    src: files/company-ca.pem

- name: Trust it no longer
  edge.infra.stx_certificate:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    mode: ssl_ca
    src: files/company-ca.pem
    state: absent

- name: Install the certificate of the registry
  edge.infra.stx_certificate:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    mode: docker_registry
    src: /root/registry.pem
    passphrase: "{{ vault_registry_passphrase }}"
    force: true
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
certificate:
  description: The certificate; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    mode:
      description:
        - What the certificate is for.
        - V(ssl_ca) is an authority that the platform trusts; there may be many.
        - Of the others there is one each, that of the platform's endpoints (V(ssl)), of its
          registry, and so on.
      type: str
      returned: when set
      sample: ssl_ca
    signature:
      description:
        - What sysinv calls the certificate, its mode and serial number; follows from O(src)
          where that is given.
      type: str
      returned: when set
      sample: ssl_ca_123456789
    subject:
      description:
        - Whom it is about.
      type: str
      returned: when set
      sample: CN=Company CA
    start_date:
      description:
        - From when on it is valid.
      type: str
      returned: when set
      sample: '2026-01-01T00:00:00+00:00'
    expiry_date:
      description:
        - Until when it is valid.
      type: str
      returned: when set
      sample: '2036-01-01T00:00:00+00:00'
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.certificates import CERTIFICATE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, CERTIFICATE)


if __name__ == "__main__":
    main()
