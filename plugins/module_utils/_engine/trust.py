# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file with the certificate authority that an API is trusted by, looked at before anything is sent.

What is wrong with it is no fault of the API's certificate, and the TLS library does not name the option.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from .errors import InputError

_ELSE = "or leave the option out where the machine trusts the authority already."


def check_authority(path: str, option: str) -> None:
    """Raise InputError when there is no such file, it cannot be read, or has no certificate.

    Of a folder of certificates, which the TLS library takes, too, only the presence is checked.
    """
    fault, remedy = "", ""
    try:
        if not Path(path).is_dir():
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except FileNotFoundError:
        fault, remedy = "there is no such file on the machine that the task runs on.", "Correct the path"
    except ssl.SSLError:
        fault, remedy = "there is no certificate in this file.", "Give the authority's certificate as PEM"
    except OSError as error:
        fault, remedy = f"this file cannot be read ({error.strerror}).", "Let the user of the task read it"
    if fault:
        raise InputError(f"{option} = {path}: {fault}", f"{remedy}, {_ELSE}", option=option, value=path)
