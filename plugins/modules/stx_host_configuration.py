#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_configuration
short_description: Configure a StarlingX system and a host in one call
version_added: "0.1.0"
description:
  - Takes the settings of the system and the whole configuration of a host, plans them as one graph, and sends
    what differs in the order that StarlingX accepts.
  - The order is system, DNS, NTP, OAM, data networks, interfaces, addresses, routes, PTP and service parameters
    (applied once each), labels, processors, memory, storage back end, OSDs, and the unlock at the end, which is
    waited for.
  - Each kind is listed once. Faults that can be known beforehand refuse the whole task before anything is sent.
  - For other hosts or further kinds in the same call use O(resources).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(isystems, ihosts and what belongs to them).
# BEGIN generated options
options:
  resources:
    description:
      - What should exist, by kind.
    type: dict
    suboptions:
      systems:
        description:
          - Objects of the kind system.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the system.
            type: str
          description:
            description:
              - Text for people.
            type: str
          contact:
            description:
              - Whom to ask about the system.
            type: str
          location:
            description:
              - Where the system stands.
            type: str
          latitude:
            description:
              - Latitude in degrees.
            type: str
          longitude:
            description:
              - Longitude in degrees.
            type: str
          timezone:
            description:
              - Time zone of the system, as the tz database calls it.
            type: str
          vswitch_type:
            description:
              - Virtual switch of the worker function.
            type: str
            choices:
              - none
              - ovs-dpdk
          https_enabled:
            description:
              - Whether the public endpoints use TLS.
            type: bool
          system_mode:
            description:
              - Mode of the system.
              - A simplex becomes a duplex while its controller is locked, when its networks
                are on ports.
              - The playbook edge.infra.migrate_duplex takes all steps of that.
            type: str
            choices:
              - simplex
              - duplex
              - duplex-direct
      dns:
        description:
          - Objects of the kind DNS configuration.
        type: list
        elements: dict
        suboptions:
          servers:
            description:
              - Addresses of the name servers, at most three, in the order in which they are
                asked.
            type: list
            elements: str
      ntp:
        description:
          - Objects of the kind NTP configuration.
        type: list
        elements: dict
        suboptions:
          servers:
            description:
              - Names or addresses of the time servers, at most three.
            type: list
            elements: str
      oam_networks:
        description:
          - Objects of the kind OAM network.
        type: list
        elements: dict
        suboptions:
          subnet:
            description:
              - The subnet.
            type: str
          gateway:
            description:
              - Its gateway.
            type: str
          floating:
            description:
              - The address of the system; the only one of a simplex.
            type: str
          node_0:
            description:
              - The address of controller-0 (not in a simplex).
            type: str
          node_1:
            description:
              - The address of controller-1 (not in a simplex).
            type: str
          start:
            description:
              - First address of the pool.
              - 'Cannot be changed later: The bootstrap sets it; each later change makes sysinv
                take the whole subnet. Leave the option out.'
            type: str
          end:
            description:
              - Last address of the pool.
              - 'Cannot be changed later: The bootstrap sets it; each later change makes sysinv
                take the whole subnet. Leave the option out.'
            type: str
      data_networks:
        description:
          - Objects of the kind data network.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the data network.
            type: str
            required: true
          type:
            description:
              - How it separates its tenants.
              - 'Cannot be changed later: Take the data network off its interfaces, remove it
                (state: absent) and create it again.'
              - Needed to create the object.
            type: str
            choices:
              - flat
              - vlan
              - vxlan
          mtu:
            description:
              - Largest payload of a frame, in bytes; sysinv's default is 1500.
            type: int
          description:
            description:
              - Text for people.
            type: str
          mode:
            description:
              - How a VXLAN learns its peers.
              - 'Cannot be changed later: Take the data network off its interfaces, remove it
                (state: absent) and create it again.'
            type: str
            choices:
              - dynamic
              - static
          multicast_group:
            description:
              - Multicast address of a VXLAN of the mode dynamic.
              - 'Cannot be changed later: Take the data network off its interfaces, remove it
                (state: absent) and create it again.'
            type: str
          port_num:
            description:
              - UDP port of a VXLAN.
              - 'Cannot be changed later: Take the data network off its interfaces, remove it
                (state: absent) and create it again.'
            type: int
          ttl:
            description:
              - Time to live of a VXLAN's packets.
              - 'Cannot be changed later: Take the data network off its interfaces, remove it
                (state: absent) and create it again.'
            type: int
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      host_interfaces:
        description:
          - Objects of the kind interface.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          name:
            description:
              - Name of the interface.
              - When there is none of that name, and a port is given, the interface of that
                port gets the name.
            type: str
            required: true
          port:
            description:
              - Name of the port of an Ethernet interface.
              - 'Cannot be changed later: Give another name, or the name that the interface
                of this port has.'
            type: str
          type:
            description:
              - Type of an interface that is to be made.
              - 'Cannot be changed later: remove the object and create it again.'
              - Needed to create the object.
            type: str
            choices:
              - ethernet
              - ae
              - vlan
              - vf
          class:
            description:
              - What the interface is for.
            type: str
            choices:
              - platform
              - data
              - pci-sriov
              - pci-passthrough
              - none
          mtu:
            description:
              - Largest payload of a frame, in bytes.
            type: int
          networks:
            description:
              - Names of the platform networks that it carries; those not named are taken off.
            type: list
            elements: str
          data_networks:
            description:
              - Name of the data network that it is attached to; one not named is taken off.
            type: list
            elements: str
          vf_count:
            description:
              - Number of virtual functions, with class C(pci-sriov).
            type: int
          vf_driver:
            description:
              - Driver of the virtual functions.
            type: str
            choices:
              - netdevice
              - vfio
          uses:
            description:
              - Names of the interfaces below a bond, a VLAN or a VF interface.
            type: list
            elements: str
          vlan_id:
            description:
              - Number of the VLAN.
            type: int
          ae_mode:
            description:
              - How a bond uses its members.
            type: str
            choices:
              - active_standby
              - balanced
              - 802.3ad
          tx_hash_policy:
            description:
              - How a bond spreads packets.
            type: str
            choices:
              - layer2
              - layer2+3
              - layer3+4
          primary_reselect:
            description:
              - When a bond of the mode active_standby goes back to its first member.
            type: str
            choices:
              - always
              - better
              - failure
          max_tx_rate:
            description:
              - Limit of a VF's transmission, in Mbit/s.
            type: int
          ipv4_mode:
            description:
              - Where IPv4 addresses come from.
            type: str
            choices:
              - disabled
              - static
              - dhcp
              - pool
          ipv6_mode:
            description:
              - Where IPv6 addresses come from.
            type: str
            choices:
              - disabled
              - static
              - auto
              - link-local
              - pool
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      addresses:
        description:
          - Objects of the kind address.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          address:
            description:
              - The address, without its prefix.
            type: str
            required: true
          prefix:
            description:
              - Length of the subnet's prefix.
              - 'Cannot be changed later: Remove it (state: absent) and create it again.'
              - Needed to create the object.
            type: int
          ifname:
            description:
              - The interface that has the address; the mode of its addresses of that version
                is C(static).
              - By its name or id.
              - 'Cannot be changed later: Remove it (state: absent) and create it again.'
              - Needed to create the object.
            type: str
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      routes:
        description:
          - Objects of the kind route.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          network:
            description:
              - Address of the destination's subnet, without its prefix.
            type: str
            required: true
          prefix:
            description:
              - Length of the destination's prefix; 0 with the network C(0.0.0.0) or C(::) is
                the default route.
            type: int
            required: true
          gateway:
            description:
              - Address of the next router, within the subnet of an address of the interface.
            type: str
            required: true
          ifname:
            description:
              - The interface behind which the router is.
              - By its name or id.
              - 'Cannot be changed later: Remove it (state: absent) and create it again.'
              - Needed to create the object.
            type: str
          metric:
            description:
              - Rank among routes to the same destination; the lowest is taken.
              - 'Cannot be changed later: Remove it (state: absent) and create it again.'
            type: int
            default: 1
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      ptp_instances:
        description:
          - Objects of the kind PTP instance.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the instance.
            type: str
            required: true
          service:
            description:
              - The service that it configures.
              - 'Cannot be changed later: remove the object and create it again.'
              - Needed to create the object.
            type: str
            choices:
              - ptp4l
              - phc2sys
              - ts2phc
              - clock
              - synce4l
              - gnss-monitor
              - dpll-mgr
          hosts:
            description:
              - Names of the hosts that run it; those not named stop to.
            type: list
            elements: str
          apply:
            description:
              - 'Whether the hosts use changes at once: those in service whose C(clock_synchronization)
                is C(ptp).'
              - The others use them from their next unlock on.
              - With V(false) all hosts use them from their next unlock or the next change that
                is applied on.
            type: bool
            default: true
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      ptp_interfaces:
        description:
          - Objects of the kind PTP interface.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the PTP interface.
            type: str
            required: true
          ptp_instance:
            description:
              - The PTP instance that it belongs to.
              - A name or an id.
              - 'Cannot be changed later: remove the object and create it again.'
              - Needed to create the object.
            type: str
          interfaces:
            description:
              - Interfaces of hosts that have its parameters, each as the host's name, a slash
                and its own name.
              - Those not named are taken off.
            type: list
            elements: str
          apply:
            description:
              - 'Whether the hosts use changes at once: those in service whose C(clock_synchronization)
                is C(ptp).'
              - The others use them from their next unlock on.
              - With V(false) all hosts use them from their next unlock or the next change that
                is applied on.
            type: bool
            default: true
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      ptp_parameters:
        description:
          - Objects of the kind PTP parameter.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the parameter.
            type: str
            required: true
          section:
            description:
              - Section of an instance's configuration that it stands in.
            type: str
            default: global
          ptp_instance:
            description:
              - The PTP instance that has it.
              - A name or an id.
            type: str
          ptp_interface:
            description:
              - The PTP interface that has it.
              - A name or an id.
            type: str
          value:
            description:
              - Its value; a list where the parameter may be repeated.
              - Needed to create the object.
            type: raw
          apply:
            description:
              - 'Whether the hosts use changes at once: those in service whose C(clock_synchronization)
                is C(ptp).'
              - The others use them from their next unlock on.
              - With V(false) all hosts use them from their next unlock or the next change that
                is applied on.
            type: bool
            default: true
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      service_parameters:
        description:
          - Objects of the kind service parameter.
        type: list
        elements: dict
        suboptions:
          service:
            description:
              - The service.
            type: str
            required: true
          section:
            description:
              - The section of the service's parameters.
            type: str
            required: true
          name:
            description:
              - Name of the parameter.
            type: str
            required: true
          value:
            description:
              - Its value; a number or a truth value is written as text.
            type: str
          secret_value:
            description:
              - 'Its value where that is a secret: it is compared, and shown nowhere.'
              - Excludes O(resources.service_parameters[].value). For C(ldap_default_authtok)
                and the C(secret) of C(drbd) it is the only way.
            type: str
          personality:
            description:
              - With O(resources.service_parameters[].resource), the hosts that a parameter
                is for which StarlingX does not know itself.
            type: str
            choices:
              - controller
              - worker
              - storage
              - edgeworker
          resource:
            description:
              - Name in Puppet's data of a parameter that StarlingX does not know itself.
            type: str
          apply:
            description:
              - Whether the service uses the change at once.
              - With V(false) it is used with the next change of the service that is applied.
            type: bool
            default: true
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
              - The API does not give secrets back in a form that could be compared, so with
                V(always) the task reports C(changed) each time.
            type: str
            choices:
              - on_create
              - always
            default: on_create
      host_labels:
        description:
          - Objects of the kind labels.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          labels:
            description:
              - Labels with their values; a null value removes the label.
            type: dict
          prune:
            description:
              - Whether to remove labels that are not named.
            type: bool
            default: false
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
      host_cpus:
        description:
          - Objects of the kind processors.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          functions:
            description:
              - What cores are used for; functions that are not named are left as they are.
            type: list
            elements: dict
            suboptions:
              function:
                description:
                  - The function.
                type: str
                choices:
                  - platform
                  - vswitch
                  - shared
                  - application
                  - application-isolated
                required: true
              numa:
                description:
                  - Number of physical cores by NUMA node.
                type: dict
              cpulist:
                description:
                  - Logical CPUs, such as V(4-7,9). The other threads of their cores go with
                    them.
                type: str
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
      host_memories:
        description:
          - Objects of the kind memory.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          numa:
            description:
              - Number of the NUMA node.
            type: int
            required: true
          platform_reserved_mib:
            description:
              - Memory for the platform, in MiB.
            type: int
          hugepages_2m:
            description:
              - Huge pages of 2 MiB for applications.
            type: int
          hugepages_1g:
            description:
              - Huge pages of 1 GiB for applications.
            type: int
          vswitch_hugepages:
            description:
              - Huge pages for the virtual switch.
            type: int
          vswitch_hugepage_size_mib:
            description:
              - 'Size of those, in MiB: 2 or 1024.'
            type: int
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
      host_devices:
        description:
          - Objects of the kind PCI device.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          device:
            description:
              - The device, by PCI address, name or id.
            type: str
            required: true
          name:
            description:
              - Name of the device.
            type: str
          enabled:
            description:
              - Whether virtual machines may use it.
            type: bool
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
      storage_backends:
        description:
          - Objects of the kind storage back end.
        type: list
        elements: dict
        suboptions:
          backend:
            description:
              - Kind of storage.
            type: str
            choices:
              - ceph
              - ceph-rook
            required: true
          name:
            description:
              - Name; sysinv derives one from the kind.
              - 'Cannot be changed later: remove the object and create it again.'
            type: str
          services:
            description:
              - What uses it; sysinv chooses when not given.
            type: list
            elements: str
          replication:
            description:
              - Number of copies.
            type: int
          min_replication:
            description:
              - Number of copies below which writing stops.
            type: int
          deployment:
            description:
              - Where Rook places its services.
              - 'Cannot be changed later: remove the object and create it again.'
            type: str
            choices:
              - controller
              - dedicated
              - open
          failure_domain:
            description:
              - Over what Rook spreads copies.
              - 'Cannot be changed later: remove the object and create it again.'
            type: str
            choices:
              - osd
              - host
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      ceph_monitors:
        description:
          - Objects of the kind Ceph monitor.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          size_gib:
            description:
              - Size of the monitor's file system in GiB. It only grows, and grows for every
                monitor.
            type: int
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      host_storages:
        description:
          - Objects of the kind OSD.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          disk:
            description:
              - The disk, by path, device node, WWN or id.
            type: str
            required: true
          function:
            description:
              - What the disk is for.
              - 'Cannot be changed later: remove the object and create it again.'
            type: str
            choices:
              - osd
              - journal
            default: osd
          tier:
            description:
              - Name of the storage tier, where there are several.
              - 'Cannot be changed later: remove the object and create it again.'
            type: str
          journal_size_mib:
            description:
              - Size of the OSD's journal, in MiB.
            type: int
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      host_partitions:
        description:
          - Objects of the kind partition.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          disk:
            description:
              - The disk, by path, device node, WWN or id.
            type: str
            required: true
          number:
            description:
              - 'Number of the partition on its disk. StarlingX numbers them itself: a new one
                gets the next number.'
              - The root disk's first ones are the installer's.
            type: int
            default: 1
          size_gib:
            description:
              - Size in GiB. Only the last partition of a disk can grow, and none shrinks.
            type: int
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      host_volume_groups:
        description:
          - Objects of the kind volume group.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          name:
            description:
              - Name of the group. V(cgts-vg) is the system's own and always there; V(nova-local)
                is for OpenStack's virtual machines, needs a host with the function of a worker
                and excludes the file system C(instances).
            type: str
            choices:
              - nova-local
              - cgts-vg
              - cinder-volumes
            required: true
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      host_physical_volumes:
        description:
          - Objects of the kind physical volume.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          device:
            description:
              - The disk or partition, by path, device node or id.
            type: str
            required: true
          volume_group:
            description:
              - Name of the volume group that it belongs to. Volumes of C(cgts-vg) cannot be
                removed again.
              - 'Cannot be changed later: remove the object and create it again.'
              - Needed to create the object.
            type: str
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      host_filesystems:
        description:
          - Objects of the kind file systems.
        type: list
        elements: dict
        suboptions:
          host:
            description:
              - Name or id of the host.
            type: str
            required: true
          filesystems:
            description:
              - File systems with their sizes in GiB, which only grow. What is not named stays
                as it is.
              - C(ceph), C(image-conversion) and C(instances) are made where they do not exist,
                and removed with a null value.
              - C(instances) changes on a locked host only and excludes the volume group C(nova-local);
                C(ceph) needs the storage back end C(ceph-rook).
            type: dict
          lock:
            description:
              - What to do when a change needs a locked host and the host is unlocked.
              - With V(never) the change is refused before anything is sent.
              - With V(allowed) the host is locked, changed and unlocked again; it is out of
                service until it has rebooted.
            type: str
            choices:
              - never
              - allowed
            default: never
      hosts:
        description:
          - Objects of the kind host.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the host.
              - StarlingX itself names controllers (C(controller-1)) and storage hosts (C(storage-0));
                a worker needs one.
            type: str
            aliases:
              - hostname
          mgmt_mac:
            description:
              - MAC address of the port by which the host boots from the management network.
              - By it a discovered host, which has no name yet, is meant. A host that is added
                needs it.
              - 'Cannot be changed later: Delete the host (state: absent) and add it again with
                the other port; of a site''s machine that was replaced, edge.infra.replace_host
                does that.'
            type: str
          personality:
            description:
              - Role of the host; given once, it makes StarlingX install the host's software
                over the network.
              - A duplex of all-in-one controllers takes workers; storage hosts need a standard
                system with Ceph.
            type: str
            choices:
              - controller
              - worker
              - storage
              - edgeworker
          subfunctions:
            description:
              - Functions of the host; StarlingX chooses them by the personality. Given once.
            type: list
            elements: str
            choices:
              - controller
              - worker
              - storage
              - lowlatency
          administrative:
            description:
              - Whether the host should be unlocked, that is in service, or locked.
              - An unlock reboots the host and takes minutes; on a simplex its APIs are away
                meanwhile.
            type: str
            choices:
              - unlocked
              - locked
          location:
            description:
              - Where the host stands.
            type: str
          clock_synchronization:
            description:
              - How the host's clock is kept.
            type: str
            choices:
              - ntp
              - ptp
          bm_type:
            description:
              - Protocol of the board management controller.
            type: str
            choices:
              - none
              - dynamic
              - ipmi
              - redfish
          bm_address:
            description:
              - Address of the board management controller.
            type: str
          bm_username:
            description:
              - User of the board management controller.
            type: str
          bm_password:
            description:
              - Password of that user.
            type: str
          power_on:
            description:
              - Whether to switch the host on by its board management when it is added.
              - Later M(edge.infra.stx_host_action) does that.
            type: bool
          boot_device:
            description:
              - Device that the host boots from; changed on a locked host.
            type: str
          rootfs_device:
            description:
              - Device for the root file system; changed on a locked host.
            type: str
          hw_settle:
            description:
              - Seconds that the hardware needs before the installer looks at it.
            type: str
          install_output:
            description:
              - How the installer shows itself.
            type: str
            choices:
              - text
              - graphical
          console:
            description:
              - Serial console.
            type: str
          tboot:
            description:
              - Whether the host boots with Trusted Boot, in StarlingX's words.
            type: str
          ttys_dcd:
            description:
              - Whether a session on the serial console ends when the carrier is lost.
            type: bool
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
              - The API does not give secrets back in a form that could be compared, so with
                V(always) the task reports C(changed) each time.
            type: str
            choices:
              - on_create
              - always
            default: on_create
      controller_filesystems:
        description:
          - Objects of the kind controllers' file systems.
        type: list
        elements: dict
        suboptions:
          filesystems:
            description:
              - File systems with their sizes in GiB, which only grow. What is not named stays
                as it is.
              - The host's file system C(backup) has to have room for C(platform) and C(database)
                and 5 GiB more; grow it first.
            type: dict
  host:
    description:
      - Name of the host that host-owned options speak of.
    type: str
    default: controller-0
  system:
    description:
      - The system's description.
    type: dict
    suboptions:
      name:
        description:
          - Name of the system.
        type: str
      description:
        description:
          - Text for people.
        type: str
      contact:
        description:
          - Whom to ask about the system.
        type: str
      location:
        description:
          - Where the system stands.
        type: str
      latitude:
        description:
          - Latitude in degrees.
        type: str
      longitude:
        description:
          - Longitude in degrees.
        type: str
      timezone:
        description:
          - Time zone of the system, as the tz database calls it.
        type: str
      vswitch_type:
        description:
          - Virtual switch of the worker function.
        type: str
        choices:
          - none
          - ovs-dpdk
      https_enabled:
        description:
          - Whether the public endpoints use TLS.
        type: bool
      system_mode:
        description:
          - Mode of the system.
          - A simplex becomes a duplex while its controller is locked, when its networks are
            on ports.
          - The playbook edge.infra.migrate_duplex takes all steps of that.
        type: str
        choices:
          - simplex
          - duplex
          - duplex-direct
  dns_servers:
    description:
      - Addresses of the name servers, at most three.
    type: list
    elements: str
  ntp_servers:
    description:
      - Names or addresses of the time servers, at most three.
    type: list
    elements: str
  oam:
    description:
      - The OAM network.
    type: dict
    suboptions:
      subnet:
        description:
          - The subnet.
        type: str
      gateway:
        description:
          - Its gateway.
        type: str
      floating:
        description:
          - The address of the system; the only one of a simplex.
        type: str
      node_0:
        description:
          - The address of controller-0 (not in a simplex).
        type: str
      node_1:
        description:
          - The address of controller-1 (not in a simplex).
        type: str
      start:
        description:
          - First address of the pool.
          - 'Cannot be changed later: The bootstrap sets it; each later change makes sysinv
            take the whole subnet. Leave the option out.'
        type: str
      end:
        description:
          - Last address of the pool.
          - 'Cannot be changed later: The bootstrap sets it; each later change makes sysinv
            take the whole subnet. Leave the option out.'
        type: str
  data_networks:
    description:
      - Data networks.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the data network.
        type: str
        required: true
      type:
        description:
          - How it separates its tenants.
          - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
            absent) and create it again.'
        type: str
        choices:
          - flat
          - vlan
          - vxlan
      mtu:
        description:
          - Largest payload of a frame, in bytes; sysinv's default is 1500.
        type: int
      description:
        description:
          - Text for people.
        type: str
      mode:
        description:
          - How a VXLAN learns its peers.
          - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
            absent) and create it again.'
        type: str
        choices:
          - dynamic
          - static
      multicast_group:
        description:
          - Multicast address of a VXLAN of the mode dynamic.
          - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
            absent) and create it again.'
        type: str
      port_num:
        description:
          - UDP port of a VXLAN.
          - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
            absent) and create it again.'
        type: int
      ttl:
        description:
          - Time to live of a VXLAN's packets.
          - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
            absent) and create it again.'
        type: int
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  interfaces:
    description:
      - The host's interfaces.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the interface.
          - When there is none of that name, and a port is given, the interface of that port
            gets the name.
        type: str
        required: true
      port:
        description:
          - Name of the port of an Ethernet interface.
          - 'Cannot be changed later: Give another name, or the name that the interface of this
            port has.'
        type: str
      type:
        description:
          - Type of an interface that is to be made.
          - 'Cannot be changed later: remove the object and create it again.'
        type: str
        choices:
          - ethernet
          - ae
          - vlan
          - vf
      class:
        description:
          - What the interface is for.
        type: str
        choices:
          - platform
          - data
          - pci-sriov
          - pci-passthrough
          - none
      mtu:
        description:
          - Largest payload of a frame, in bytes.
        type: int
      networks:
        description:
          - Names of the platform networks that it carries; those not named are taken off.
        type: list
        elements: str
      data_networks:
        description:
          - Name of the data network that it is attached to; one not named is taken off.
        type: list
        elements: str
      vf_count:
        description:
          - Number of virtual functions, with class C(pci-sriov).
        type: int
      vf_driver:
        description:
          - Driver of the virtual functions.
        type: str
        choices:
          - netdevice
          - vfio
      uses:
        description:
          - Names of the interfaces below a bond, a VLAN or a VF interface.
        type: list
        elements: str
      vlan_id:
        description:
          - Number of the VLAN.
        type: int
      ae_mode:
        description:
          - How a bond uses its members.
        type: str
        choices:
          - active_standby
          - balanced
          - 802.3ad
      tx_hash_policy:
        description:
          - How a bond spreads packets.
        type: str
        choices:
          - layer2
          - layer2+3
          - layer3+4
      primary_reselect:
        description:
          - When a bond of the mode active_standby goes back to its first member.
        type: str
        choices:
          - always
          - better
          - failure
      max_tx_rate:
        description:
          - Limit of a VF's transmission, in Mbit/s.
        type: int
      ipv4_mode:
        description:
          - Where IPv4 addresses come from.
        type: str
        choices:
          - disabled
          - static
          - dhcp
          - pool
      ipv6_mode:
        description:
          - Where IPv6 addresses come from.
        type: str
        choices:
          - disabled
          - static
          - auto
          - link-local
          - pool
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  addresses:
    description:
      - Static addresses of the host's interfaces.
    type: list
    elements: dict
    suboptions:
      address:
        description:
          - The address, without its prefix.
        type: str
        required: true
      prefix:
        description:
          - Length of the subnet's prefix.
          - 'Cannot be changed later: Remove it (state: absent) and create it again.'
        type: int
      ifname:
        description:
          - The interface that has the address; the mode of its addresses of that version is
            C(static).
          - By its name or id.
          - 'Cannot be changed later: Remove it (state: absent) and create it again.'
        type: str
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  routes:
    description:
      - The host's routes.
    type: list
    elements: dict
    suboptions:
      network:
        description:
          - Address of the destination's subnet, without its prefix.
        type: str
        required: true
      prefix:
        description:
          - Length of the destination's prefix; 0 with the network C(0.0.0.0) or C(::) is the
            default route.
        type: int
        required: true
      gateway:
        description:
          - Address of the next router, within the subnet of an address of the interface.
        type: str
        required: true
      ifname:
        description:
          - The interface behind which the router is.
          - By its name or id.
          - 'Cannot be changed later: Remove it (state: absent) and create it again.'
        type: str
      metric:
        description:
          - Rank among routes to the same destination; the lowest is taken.
          - 'Cannot be changed later: Remove it (state: absent) and create it again.'
        type: int
        default: 1
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  ptp_instances:
    description:
      - Instances of the Precision Time Protocol.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the instance.
        type: str
        required: true
      service:
        description:
          - The service that it configures.
          - 'Cannot be changed later: remove the object and create it again.'
        type: str
        choices:
          - ptp4l
          - phc2sys
          - ts2phc
          - clock
          - synce4l
          - gnss-monitor
          - dpll-mgr
      hosts:
        description:
          - Names of the hosts that run it; those not named stop to.
        type: list
        elements: str
      apply:
        description:
          - 'Whether the hosts use changes at once: those in service whose C(clock_synchronization)
            is C(ptp).'
          - The others use them from their next unlock on.
          - With V(false) all hosts use them from their next unlock or the next change that
            is applied on.
        type: bool
        default: true
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  ptp_interfaces:
    description:
      - Which interfaces belong to a PTP instance.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the PTP interface.
        type: str
        required: true
      ptp_instance:
        description:
          - The PTP instance that it belongs to.
          - A name or an id.
          - 'Cannot be changed later: remove the object and create it again.'
        type: str
      interfaces:
        description:
          - Interfaces of hosts that have its parameters, each as the host's name, a slash and
            its own name.
          - Those not named are taken off.
        type: list
        elements: str
      apply:
        description:
          - 'Whether the hosts use changes at once: those in service whose C(clock_synchronization)
            is C(ptp).'
          - The others use them from their next unlock on.
          - With V(false) all hosts use them from their next unlock or the next change that
            is applied on.
        type: bool
        default: true
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  ptp_parameters:
    description:
      - Parameters of PTP instances and PTP interfaces.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the parameter.
        type: str
        required: true
      section:
        description:
          - Section of an instance's configuration that it stands in.
        type: str
        default: global
      ptp_instance:
        description:
          - The PTP instance that has it.
          - A name or an id.
        type: str
      ptp_interface:
        description:
          - The PTP interface that has it.
          - A name or an id.
        type: str
      value:
        description:
          - Its value; a list where the parameter may be repeated.
        type: raw
      apply:
        description:
          - 'Whether the hosts use changes at once: those in service whose C(clock_synchronization)
            is C(ptp).'
          - The others use them from their next unlock on.
          - With V(false) all hosts use them from their next unlock or the next change that
            is applied on.
        type: bool
        default: true
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  service_parameters:
    description:
      - Parameters of the platform's services.
    type: list
    elements: dict
    suboptions:
      service:
        description:
          - The service.
        type: str
        required: true
      section:
        description:
          - The section of the service's parameters.
        type: str
        required: true
      name:
        description:
          - Name of the parameter.
        type: str
        required: true
      value:
        description:
          - Its value; a number or a truth value is written as text.
        type: str
      secret_value:
        description:
          - 'Its value where that is a secret: it is compared, and shown nowhere.'
          - Excludes O(service_parameters[].value). For C(ldap_default_authtok) and the C(secret)
            of C(drbd) it is the only way.
        type: str
      personality:
        description:
          - With O(service_parameters[].resource), the hosts that a parameter is for which StarlingX
            does not know itself.
        type: str
        choices:
          - controller
          - worker
          - storage
          - edgeworker
      resource:
        description:
          - Name in Puppet's data of a parameter that StarlingX does not know itself.
        type: str
      apply:
        description:
          - Whether the service uses the change at once.
          - With V(false) it is used with the next change of the service that is applied.
        type: bool
        default: true
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  labels:
    description:
      - The host's labels with their values; a null value removes the label.
    type: dict
  prune_labels:
    description:
      - Whether to remove labels that are not named.
    type: bool
    default: false
  cpu:
    description:
      - What the host's cores are used for.
    type: list
    elements: dict
    suboptions:
      function:
        description:
          - The function.
        type: str
        choices:
          - platform
          - vswitch
          - shared
          - application
          - application-isolated
        required: true
      numa:
        description:
          - Number of physical cores by NUMA node.
        type: dict
      cpulist:
        description:
          - Logical CPUs, such as V(4-7,9). The other threads of their cores go with them.
        type: str
  memory:
    description:
      - The host's memory, by NUMA node.
    type: list
    elements: dict
    suboptions:
      numa:
        description:
          - Number of the NUMA node.
        type: int
        required: true
      platform_reserved_mib:
        description:
          - Memory for the platform, in MiB.
        type: int
      hugepages_2m:
        description:
          - Huge pages of 2 MiB for applications.
        type: int
      hugepages_1g:
        description:
          - Huge pages of 1 GiB for applications.
        type: int
      vswitch_hugepages:
        description:
          - Huge pages for the virtual switch.
        type: int
      vswitch_hugepage_size_mib:
        description:
          - 'Size of those, in MiB: 2 or 1024.'
        type: int
  devices:
    description:
      - The host's PCI devices.
    type: list
    elements: dict
    suboptions:
      device:
        description:
          - The device, by PCI address, name or id.
        type: str
        required: true
      name:
        description:
          - Name of the device.
        type: str
      enabled:
        description:
          - Whether virtual machines may use it.
        type: bool
  storage_backend:
    description:
      - Storage back end of the system; V(none) leaves storage alone.
    type: str
    choices:
      - ceph
      - ceph-rook
      - none
    default: none
  ceph_monitor:
    description:
      - Whether the host has a Ceph monitor; the third one of a standard system is on a worker.
        Controllers and storage-0 have theirs without it.
    type: bool
    default: false
  osds:
    description:
      - Disks of the host for the storage back end.
    type: list
    elements: dict
    suboptions:
      disk:
        description:
          - The disk, by path, device node, WWN or id.
        type: str
        required: true
      function:
        description:
          - What the disk is for.
          - 'Cannot be changed later: remove the object and create it again.'
        type: str
        choices:
          - osd
          - journal
        default: osd
      tier:
        description:
          - Name of the storage tier, where there are several.
          - 'Cannot be changed later: remove the object and create it again.'
        type: str
      journal_size_mib:
        description:
          - Size of the OSD's journal, in MiB.
        type: int
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  partitions:
    description:
      - Partitions of the host's disks, in the order of their numbers.
    type: list
    elements: dict
    suboptions:
      disk:
        description:
          - The disk, by path, device node, WWN or id.
        type: str
        required: true
      number:
        description:
          - 'Number of the partition on its disk. StarlingX numbers them itself: a new one gets
            the next number.'
          - The root disk's first ones are the installer's.
        type: int
        default: 1
      size_gib:
        description:
          - Size in GiB. Only the last partition of a disk can grow, and none shrinks.
        type: int
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  volume_groups:
    description:
      - The host's volume groups.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the group. V(cgts-vg) is the system's own and always there; V(nova-local)
            is for OpenStack's virtual machines, needs a host with the function of a worker
            and excludes the file system C(instances).
        type: str
        choices:
          - nova-local
          - cgts-vg
          - cinder-volumes
        required: true
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  physical_volumes:
    description:
      - The host's physical volumes.
    type: list
    elements: dict
    suboptions:
      device:
        description:
          - The disk or partition, by path, device node or id.
        type: str
        required: true
      volume_group:
        description:
          - Name of the volume group that it belongs to. Volumes of C(cgts-vg) cannot be removed
            again.
          - 'Cannot be changed later: remove the object and create it again.'
        type: str
      state:
        description:
          - Whether it should exist.
        type: str
        choices:
          - present
          - absent
        default: present
  filesystems:
    description:
      - The host's file systems with their sizes in GiB, which only grow; a null value removes
        an optional one.
    type: dict
  controller_filesystems:
    description:
      - The controllers' file systems with their sizes in GiB, which only grow.
      - They are changed last, since every controller has to be in service for that.
    type: dict
  location:
    description:
      - Where the host stands.
    type: str
  administrative:
    description:
      - Whether the host should be unlocked, that is in service, once everything else is done,
        or locked.
    type: str
    choices:
      - unlocked
      - locked
  lock:
    description:
      - What to do when a change needs a locked host and the host is unlocked.
      - With V(never) the change is refused before anything is sent.
      - With V(allowed) the host is locked, changed and unlocked again; it is out of service
        until it has rebooted.
    type: str
    choices:
      - never
      - allowed
    default: never
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
      - 'Such as C(systems: [NAME]), or C(system: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Configure the system and its only host, and put it into service
  edge.infra.stx_host_configuration:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    system:
      name: madrid-1
      location: Madrid, rack 7
    dns_servers: [10.20.30.1]
    ntp_servers: [0.pool.ntp.org]
    oam:
      subnet: 10.20.30.0/24
      gateway: 10.20.30.1
      floating: 10.20.30.2
    data_networks:
      - name: physnet0
        type: vlan
      - name: physnet1
        type: vlan
    interfaces:
      - name: oam0
        port: enp0s3
        class: platform
        networks: [oam]
      - name: data0
        port: enp0s8
        class: data
        data_networks: [physnet0]
      - name: sriov0
        port: enp0s9
        class: pci-sriov
        vf_count: 8
        vf_driver: netdevice
        data_networks: [physnet1]
    labels:
      sriovdp: enabled
    cpu:
      - function: platform
        numa: {0: 2, 1: 0}
    memory:
      - numa: 0
        hugepages_1g: 4
    storage_backend: ceph
    osds:
      - disk: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    administrative: unlocked

- name: Predict that before the system exists
  edge.infra.stx_host_configuration:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    check_without_api: true
    bootstrap_overrides: build/madrid-1/localhost.yml
    data_networks:
      - name: physnet0
        type: vlan
    administrative: unlocked
  check_mode: true
"""

RETURN = r"""
# BEGIN generated return
results:
  description: What became of each object, in the order of the document.
  type: list
  elements: dict
  returned: always, unless the document itself was refused
  contains:
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Its name.
      type: str
    action:
      description: V(none), V(create), V(update), V(replace) or V(delete).
      type: str
    status:
      description: V(unchanged), V(done), V(failed) or V(skipped).
      type: str
    changed:
      description: Whether something was written.
      type: bool
    object:
      description: The object, as its own module returns it.
      type: dict
    error:
      description: Why it failed or was skipped.
      type: dict
assume:
  description: Names of the objects created, or that would be, by kind; for C(assume) of later
    tasks.
  type: dict
  returned: success
  sample:
    vim_account:
      - madrid-1
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_bulk
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.configuration import CONFIGURATION


def main() -> None:
    """Put the declaration to work."""
    run_bulk(STARLINGX, CONFIGURATION)


if __name__ == "__main__":
    main()
