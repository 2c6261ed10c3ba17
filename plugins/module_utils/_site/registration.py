# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the site is called, how its APIs are reached, and what is registered with OSM.

Limits of names and texts are those that OSM's NBI enforces (observed on the 2026 NBI); names of sites and nodes are
DNS labels.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from .faults import Reader, masked

try:
    from netaddr import AddrFormatError, IPAddress
except ImportError:  # reported by the module with missing_required_lib
    AddrFormatError = ValueError
    IPAddress = None

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
#: as sysinv takes latitude and longitude (``isystems``): plain digits, at most 26 of them after the point
DEGREES = re.compile(r"[+-]?(0|[1-9][0-9]{0,2})(\.[0-9]{1,26})?")
URL = re.compile(r"https?://[^\s/]+(/\S*)?")
NAME_NOT = ",;()'\""
SHORT_NOT = NAME_NOT + ".$ "
PUBLISHED_PASSWORD = "St8rlingXCloud*"  # the default that StarlingX's documentation shows to everybody
VIM_KEYS = (
    "name",
    "type",
    "url",
    "tenant",
    "username",
    "password",
    "description",
    "config",
    "prometheus_config",
    "vca",
)
CLUSTER_KEYS = (
    "name",
    "vim_account",
    "k8s_version",
    "nets",
    "namespace",
    "description",
    "cni",
    "deployment_methods",
    "vca",
    "kubeconfig",
    "credentials",
)
REPO_KEYS = ("name", "type", "url", "description", "ca_cert", "username", "password", "oci")
METHODS = ("helm-chart-v3", "juju-bundle")
#: secrets of a site: variable -> (what it is, when it is needed)
SECRETS: dict[str, str] = {
    "edge_sysadmin_password": "the password of the user sysadmin on the controller",
    "edge_admin_password": "the password of StarlingX's administrator",
    "edge_osm_password": "the password of the OSM user",
    "edge_bmc_password": "the password of the BMC's user",
}


def check_name(reader: Reader, key: str, *, required: str = "", short: bool = False) -> str | None:
    """A name as OSM takes it: 1 to 255 characters (short ones 60), without some signs."""
    name = reader.text(key, required=required)
    if name is None:
        return None
    if key == "name":
        _quoted(reader, key)
    most, bad = (60, SHORT_NOT) if short else (255, NAME_NOT)
    found = sorted({c for c in name if c in bad})
    if found:
        signs = " ".join("blank" if c == " " else c for c in found)
        reader.fault(key, f"OSM takes no {signs} in a name.", "Use letters, digits, '-' and '_'.")
    elif len(name) > most:
        reader.fault(key, f"has {len(name)} characters, and OSM takes {most}.", "Shorten it.")
    return name


def _quoted(reader: Reader, key: str) -> None:
    """A number where a text is meant is a fault: YAML may have changed it (1.30 is 1.3 to it, and 007 is 7)."""
    if isinstance(reader.data.get(key), (int, float)):
        reader.fault(key, "is a number to YAML, which may not be what was written.", "Write it in quotes.")


def check_text(reader: Reader, key: str) -> None:
    """A description as OSM takes it: at most 255 characters, no quotes."""
    text = reader.text(key)
    if text is not None and (len(text) > 255 or "'" in text or '"' in text):
        reader.fault(key, "OSM takes at most 255 characters and no quotes.", "Shorten it, and leave quotes out.")


def check_url(reader: Reader, key: str, *, required: str = "", sample: str = "https://example.com") -> None:
    """A URL with http or https."""
    url = reader.text(key, required=required)
    if url is not None and (not URL.fullmatch(url) or "'" in url or '"' in url):
        reader.fault(key, "is no URL.", f"Write one such as {sample}.")


def check_site(site: Reader) -> str:
    """Name and texts of the site; the name. What sysinv takes in a system's texts: ``PATCH isystems`` (2026)."""
    name = check_site_name(site)
    for key in ("description", "location", "contact"):
        text = site.text(f"edge_site_{key}")
        if text is not None and len(text) > 255:
            site.fault(f"edge_site_{key}", "is longer than 255 characters.", "Shorten it.")
        if text is not None and not text.isascii():
            signs = " ".join(sorted({c for c in text if not c.isascii()}))
            site.fault(
                f"edge_site_{key}",
                f"StarlingX takes ASCII characters only in the system's {key}, and this has {signs}.",
                "Write it without accents and other special characters.",
            )
    for key, most in (("latitude", 90), ("longitude", 180)):
        text = site.text(f"edge_site_{key}")
        if text is not None and (not DEGREES.fullmatch(text) or abs(float(text)) > most):
            site.fault(
                f"edge_site_{key}",
                "is no number of degrees.",
                f"Give a number from -{most} to {most}, such as 40.4168, in digits.",
            )
    check_zone(site)
    return name


def check_site_name(site: Reader) -> str:
    """The name of the site, which is a DNS label."""
    name = site.text("edge_site_name", required="Name the site.") or ""
    if name and not DNS_LABEL.fullmatch(name):
        site.fault(
            "edge_site_name", "is no DNS label.", "Use at most 63 lower case letters, digits and '-', not at the ends."
        )
    return name


def check_zone(site: Reader) -> None:
    """The time zone of the site."""
    zone = site.text("edge_timezone")
    if zone is not None and not re.fullmatch(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", zone):
        site.fault("edge_timezone", "is no time zone.", "Write it as the tz database does, such as Europe/Madrid.")


def check_servers(site: Reader, families: set[int]) -> None:
    """DNS servers are one to three addresses of a family of OAM's; NTP servers at most three names or addresses."""
    servers = site.texts("edge_dns_servers")
    if not servers and not site.given("edge_dns_servers"):
        site.fault("edge_dns_servers", "is missing.", "Give one to three addresses.", value=None)
    if len(servers) > 3:
        site.fault("edge_dns_servers", f"has {len(servers)} servers, and StarlingX takes three.", "Leave one to three.")
    for number, server in enumerate(servers):
        address = parsed(server)
        path = f"edge_dns_servers[{number}]"
        if address is None:
            site.faults.add(path, server, "is no address.", "Give the server's address, not its name.", site.host)
        elif families and address.version not in families:
            oam = " and ".join(f"IPv{family}" for family in sorted(families))
            message = f"is IPv{address.version}, and the OAM network is {oam}."
            site.faults.add(path, server, message, "Give a server that the OAM network reaches.", site.host)
    servers = site.texts("edge_ntp_servers")
    if len(servers) > 3:
        site.fault(
            "edge_ntp_servers", f"has {len(servers)} servers, and StarlingX takes three.", "Leave at most three."
        )
    for number, server in enumerate(servers):
        if parsed(server) is None and not HOST_NAME.fullmatch(server):
            path = f"edge_ntp_servers[{number}]"
            site.faults.add(path, server, "is no host name and no address.", "Correct it.", site.host)


def parsed(text: str) -> Any:
    """The address in a text, or None."""
    try:
        return IPAddress(text) if "." in text or ":" in text else None
    except (AddrFormatError, ValueError, TypeError):
        return None


def check_secrets(host: Reader, wanted: bool, first: bool = True, only: Collection[str] = tuple(SECRETS)) -> None:
    """Secrets are there, if they are wanted; none is the one that everybody knows. ``first``: host of its site."""
    for variable, what in SECRETS.items():
        if variable not in only:
            continue
        own = variable == "edge_bmc_password"
        if (own and not host.given("edge_bmc_address")) or not (own or first):
            continue
        value = host.data.get(variable)
        if wanted and value in (None, ""):
            host.fault(
                variable,
                f"{what} is not given.",
                f"Define vault_{variable} in group_vars/all/vault.yml, made with ansible-vault create, or set"
                f" {variable} by another lookup.",
                value=None,
            )
        elif value not in (None, "") and not isinstance(value, (str, int)):
            host.fault(variable, "is no text.", "Write it in quotes.")
    if str(host.data.get("edge_admin_password")) == PUBLISHED_PASSWORD:
        host.fault("edge_admin_password", "is the default that StarlingX's documentation publishes.", "Choose another.")
    if len(str(host.data.get("edge_osm_password") or "")) > 60:
        host.fault("edge_osm_password", "is longer than the 60 characters that OSM takes.", "Choose a shorter one.")


def check_endpoints(host: Reader) -> None:
    """URLs and flags."""
    check_url(host, "edge_osm_url", required="Give the URL of OSM's NBI.", sample="https://nbi.example.com:443")
    host.text("edge_osm_username", required="Name the OSM user.")
    for key in ("edge_starlingx_auth_url", "edge_kubernetes_url", "edge_boot_iso", "edge_l2sm_sdn_url"):
        check_url(host, key, sample="https://10.20.30.2:5000/v3" if "auth" in key else "https://example.com")
    for key in ("edge_starlingx_validate_certs", "edge_osm_validate_certs"):
        host.truth(key, True)
    for key in (
        "edge_starlingx_ca_cert",
        "edge_osm_ca_cert",
        "edge_osm_project",
        "edge_starlingx_region",
    ):
        host.text(key)


def check_bmc(host: Reader, required: bool = True) -> None:
    """How a host's BMC is reached."""
    host.truth("edge_bmc_validate_certs", True)
    host.text("edge_bmc_ca_cert")
    address = host.text("edge_bmc_address", required="Give the BMC's address or name." if required else "")
    if address is not None:
        bare = re.sub(r"^https?://", "", address).rstrip("/")
        name = re.sub(r":\d+$", "", bare) if not bare.startswith("[") else bare.partition("]")[0][1:]
        if (
            parsed(bare) is None
            and parsed(name) is None
            and (not HOST_NAME.fullmatch(name) or re.fullmatch(r"[\d.]+", name))
        ):
            host.fault("edge_bmc_address", "is no address and no host name.", "Write one such as 10.20.31.10.")
    if address is not None:
        host.text("edge_bmc_username", required="Name the BMC's user.")


def check_vim(site: Reader) -> dict[str, Any] | None:
    """The variable ``edge_vim``, as a document without its secrets."""
    part = site.mapping("edge_vim", known=VIM_KEYS)
    if part is None:
        return None
    check_name(part, "name", required="Name the VIM account.")
    check_name(part, "type", required="Give the type, such as dummy or openstack.", short=True)
    check_url(part, "url", required="Give the VIM's URL; for type dummy any will do.", sample="http://localhost/dummy")
    check_name(part, "tenant", required="Name the tenant; for type dummy any word will do.")
    check_name(part, "username", required="Name the user; for type dummy any word will do.", short=True)
    password = part.text("password", required="Give it from the vault; for type dummy any word will do.")
    if password is not None and len(password) > 60:
        part.fault("password", "is longer than the 60 characters that OSM takes.", "Choose a shorter one.")
    check_text(part, "description")
    part.mapping("config")
    part.mapping("prometheus_config")
    part.text("vca")
    return dict(masked(part.data))


def check_cluster(site: Reader, vim: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The variable ``edge_k8s_cluster``, as a document; its VIM account is the site's unless another is named."""
    part = site.mapping("edge_k8s_cluster", known=CLUSTER_KEYS)
    if part is None:
        return None
    check_name(part, "name", required="Name the cluster.")
    version = part.text("k8s_version", required="Give the version of Kubernetes, such as v1.31.")
    if version is not None:
        _quoted(part, "k8s_version")
    if version is not None and not re.fullmatch(r"v?\d+(\.\d+){0,2}", version):
        part.fault("k8s_version", "is no version.", "Write it as v1.31 or 1.31.5.")
    nets = part.mapping("nets", required="Give the networks that descriptors name, such as {mgmtnet: null}.")
    if nets is not None and not nets.data:
        part.fault("nets", "names no network, and OSM wants one.", "Give one such as {mgmtnet: null}.", value="{}")
    for key, value in nets.data.items() if nets else ():
        if nets and value is not None and not isinstance(value, str):
            nets.fault(key, "is neither a name nor null.", "Give the network's name in the VIM, or null.")
    methods = part.mapping("deployment_methods", known=METHODS)
    for key in METHODS if methods else ():
        if methods and not isinstance(methods.data.get(key), bool):
            methods.fault(key, "is not true or false: OSM wants both methods.", "Give both, with true or false.")
    namespace = part.text("namespace")
    if namespace is not None and not DNS_LABEL.fullmatch(namespace):
        part.fault("namespace", "is no name of a namespace.", "Use at most 63 lower case letters, digits and '-'.")
    check_text(part, "description")
    part.texts("cni")
    if vim is None and not part.given("vim_account"):
        part.fault(
            "vim_account", "is missing, and there is no edge_vim.", "Name a VIM account, or give edge_vim.", None
        )
    document = dict(masked({k: v for k, v in part.data.items() if k != "credentials"}))
    return {"vim_account": (vim or {}).get("name"), **document}


def check_repos(site: Reader) -> list[dict[str, Any]]:
    """The variable ``edge_helm_repos``, as documents without their secrets."""
    rows = []
    seen: dict[str, str] = {}
    for part in site.mappings("edge_helm_repos", REPO_KEYS):
        name = check_name(part, "name", required="Name the repository.")
        part.unique("name", seen, "the repository's name")
        if name is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]+", name):
            part.fault(
                "name",
                "cannot stand in a KDU's helm-chart.",
                "Use two or more lower case letters, digits and '-'.",
            )
        part.text("type", required="Choose helm-chart or juju-bundle.", choices=("helm-chart", "juju-bundle"))
        url = part.text("url", required="Give the repository's URL.")
        if url is not None and not re.fullmatch(r"(https?|oci)://\S+", url):
            part.fault("url", "is no URL.", "Write one such as https://charts.example.com/edge.")
        part.truth("oci")
        check_text(part, "description")
        rows.append(dict(masked(part.data)))
    return rows
