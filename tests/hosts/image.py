# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image of a test host: a Debian with systemd as its first process, sshd and Python, made by mmdebstrap.

A container engine puts files of its own over /etc/hostname and the like, which no program can replace then, and there
is no /lib/modules. A unit of the image mends both at each start, so that roles find what they find on a machine.
udev is left out: with it a host often does not answer for half a minute.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

#: what each host has; a role installs the rest
PACKAGES = (
    *("systemd", "systemd-sysv", "dbus", "openssh-server", "python3", "python3-apt", "sudo", "kmod", "procps"),
    *("iproute2", "iputils-ping", "iptables", "nftables", "ca-certificates", "curl"),
)

#: modules that roles ask for, by the option of a kernel that has them built in
MODULES = {
    "BRIDGE_NETFILTER": "br_netfilter",
    "OVERLAY_FS": "overlay",
    "NF_CONNTRACK": "nf_conntrack",
    "VXLAN": "vxlan",
    "IP_VS": "ip_vs",
    "IP_VS_RR": "ip_vs_rr",
    "IP_VS_WRR": "ip_vs_wrr",
    "IP_VS_SH": "ip_vs_sh",
}

#: of mmdebstrap: nothing to read is installed, and nothing is waited for that a power cut could lose
OPTIONS = (
    '--aptopt=Acquire::Languages "none"',
    *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale")),
    "--dpkgopt=force-unsafe-io",
)

START = """\
#!/bin/sh
# run before anything else of a start
for file in /etc/hostname /etc/hosts /etc/resolv.conf; do
    grep -q " $file " /proc/self/mountinfo || continue
    cp "$file" /run/own-file && umount "$file" && cat /run/own-file > "$file"
done
tree=/lib/modules/$(uname -r)
[ -e "$tree/modules.dep" ] || [ ! -r /proc/config.gz ] || {
    mkdir -p "$tree"
    : > "$tree/modules.order"
    zcat /proc/config.gz > /run/kernel-config
    while read -r option module; do
        grep -qx "CONFIG_$option=y" /run/kernel-config && echo "kernel/$module.ko"
    done < /usr/local/share/kernel-modules > "$tree/modules.builtin"
    depmod -a 2> /dev/null
}
exit 0
"""

UNIT = """\
[Unit]
Description=What a container has otherwise than a machine
DefaultDependencies=no
Before=sysinit.target systemd-modules-load.service systemd-sysctl.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/like-a-machine
"""

#: certificates that this machine trusts beside the usual ones; a host's programs go the same ways out
TRUSTED = Path("/usr/local/share/ca-certificates")


def mirror() -> str:
    """Where this machine gets Debian from, by its own settings; "" where it has none (mmdebstrap knows a default)."""
    asked = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    places = [line.split(" ", 1)[1] for line in found if line.startswith("Debian ")]
    return next((place.rstrip("/") for place in places if place.rstrip("/").endswith("/debian")), "")


def overlay() -> bytes:
    """The archive of the files that are ours in an image."""
    modules = "".join(f"{option} {module}\n" for option, module in MODULES.items())
    files = {
        "usr/local/sbin/like-a-machine": (START.encode(), 0o755),
        "usr/local/share/kernel-modules": (modules.encode(), 0o644),
        "etc/systemd/system/like-a-machine.service": (UNIT.encode(), 0o644),
        **{f"usr/local/share/ca-certificates/{p.name}": (p.read_bytes(), 0o644) for p in sorted(TRUSTED.glob("*.crt"))},
    }
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, (content, mode) in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, BytesIO(content))
        wanted = tarfile.TarInfo("etc/systemd/system/sysinit.target.wants/like-a-machine.service")
        wanted.type, wanted.linkname = tarfile.SYMTYPE, "../like-a-machine.service"
        archive.addfile(wanted)
    return out.getvalue()


def version(suite: str) -> str:
    """What tells an image from one of an earlier recipe."""
    recipe = "\n".join((suite, mirror(), *PACKAGES, *OPTIONS)).encode() + overlay()
    return hashlib.sha256(recipe).hexdigest()[:12]


def build(suite: str, target: Path) -> None:
    """Write the root file system of a host to an archive; raises RuntimeError with mmdebstrap's last words."""
    work = Path(tempfile.mkdtemp(prefix="image-", dir=target.parent))
    try:
        (work / "files.tar").write_bytes(overlay())
        hooks = (
            f"tar-in {work / 'files.tar'} /",
            'chroot "$1" update-ca-certificates >/dev/null 2>&1',
            'rm -f "$1"/etc/ssh/ssh_host_*; chroot "$1" ssh-keygen -A >/dev/null; : > "$1"/etc/machine-id',
        )
        command = [
            *("mmdebstrap", "--mode=root", "--variant=minbase", "--format=tar", "--quiet"),
            f"--include={','.join(PACKAGES)}",
            *OPTIONS,
            *(f"--customize-hook={hook}" for hook in hooks),
            *(suite, str(work / "root.tar"), *filter(None, [mirror()])),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()][-3:]
            raise RuntimeError(f"mmdebstrap could not make a Debian {suite}: {' | '.join(last)}")
        (work / "root.tar").rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
