#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_certificate_info
short_description: Read certificates of StarlingX
version_added: "0.1.0"
description:
  - Reads which certificates the platform has and which authorities it trusts, until when they are valid.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(certificate).
# BEGIN generated options
options:
  mode:
    description:
      - Only the one with this mode.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read all certificates
  edge.infra.stx_certificate_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found

- name: Read the authorities
  edge.infra.stx_certificate_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    mode: ssl_ca
  register: found
"""

RETURN = r"""
# BEGIN generated return
certificates:
  description: Objects of the kind certificate, without secrets.
  type: list
  elements: dict
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
        - What sysinv calls the certificate, its mode and serial number; follows from C(src)
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.certificates import CERTIFICATE


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, CERTIFICATE)


if __name__ == "__main__":
    main()
