# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file with the certificate authority: what is wrong with it is told with the option."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.trust import check_authority


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just text",
        b"\x30\x82\x01\x0a\x02",
        b"-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PUBLIC KEY-----\nbm9uZQ==\n-----END PUBLIC KEY-----\n",
    ],
)
def test_a_file_without_a_certificate_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"thing_ca = .*ca\.pem: there is no certificate in this file") as caught:
        check_authority(str(path), "thing_ca")
    assert caught.value.details["option"] == "thing_ca" and "PEM" in caught.value.remedy
    assert "not trusted" not in str(caught.value)


def test_a_file_that_is_not_there_or_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"thing_ca = .*: there is no such file"):
        check_authority(str(tmp_path / "none.pem"), "thing_ca")
    loop = tmp_path / "ca.pem"
    loop.symlink_to(loop)
    with pytest.raises(InputError, match=r"thing_ca = .*: this file cannot be read \(Too many levels of symbolic"):
        check_authority(str(loop), "thing_ca")


def test_a_folder_and_the_authorities_of_this_machine(tmp_path: Path) -> None:
    check_authority(str(tmp_path), "thing_ca")
    known = ssl.get_default_verify_paths().cafile
    if known:
        check_authority(known, "thing_ca")
