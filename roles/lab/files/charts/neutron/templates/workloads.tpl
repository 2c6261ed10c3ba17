{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment_server }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "neutron-server" "component" "server"
    "node" .Values.labels.server "replicas" .Values.pod.replicas.server "image" .Values.images.tags.neutron_server "dependency" "server") }}
{{- end }}
{{- if .Values.manifests.daemonset_dhcp_agent }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "DaemonSet" "name" "neutron-dhcp-agent-default" "component" "neutron-dhcp-agent"
    "node" .Values.labels.agent.dhcp "image" .Values.images.tags.neutron_dhcp "dependency" "dhcp") }}
{{- end }}
{{- if .Values.manifests.daemonset_l3_agent }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "DaemonSet" "name" "neutron-l3-agent-default" "component" "neutron-l3-agent"
    "node" .Values.labels.agent.l3 "image" .Values.images.tags.neutron_l3 "dependency" "l3") }}
{{- end }}
{{- if .Values.manifests.daemonset_metadata_agent }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "DaemonSet" "name" "neutron-metadata-agent-default" "component" "neutron-metadata-agent"
    "node" .Values.labels.agent.metadata "image" .Values.images.tags.neutron_metadata "dependency" "metadata") }}
{{- end }}
{{- if .Values.manifests.daemonset_ovs_agent }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "DaemonSet" "name" "neutron-ovs-agent-default" "component" "neutron-ovs-agent"
    "node" .Values.labels.ovs "image" .Values.images.tags.neutron_openvswitch_agent "dependency" "ovs_agent") }}
{{- end }}
{{- if .Values.manifests.job_db_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "neutron-db-init" "component" "db-init" "weight" "-5"
    "image" .Values.images.tags.db_init "dependency" "db_init") }}
{{- end }}
{{- if .Values.manifests.job_db_sync }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "neutron-db-sync" "component" "db-sync" "weight" "-4"
    "image" .Values.images.tags.neutron_db_sync "dependency" "db_sync") }}
{{- end }}
{{- if .Values.manifests.job_rabbit_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "neutron-rabbit-init" "component" "rabbit-init" "weight" "-4"
    "image" .Values.images.tags.rabbit_init "dependency" "rabbit_init") }}
{{- end }}
{{- if .Values.manifests.job_ks_service }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "neutron-ks-service" "component" "ks-service" "weight" "-3"
    "image" .Values.images.tags.ks_service "dependency" "ks_service") }}
{{- end }}
{{- if .Values.manifests.job_ks_user }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "neutron-ks-user" "component" "ks-user" "weight" "-2"
    "image" .Values.images.tags.ks_user "dependency" "ks_user") }}
{{- end }}
{{- if .Values.manifests.job_ks_endpoints }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "neutron-ks-endpoints" "component" "ks-endpoints" "weight" "-1"
    "image" .Values.images.tags.ks_endpoints "dependency" "ks_endpoints") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "neutron-server" "component" "server" "port" "9696") }}
{{- end }}
{{- if .Values.manifests.pod_rally_test }}
{{- include "helm-toolkit.test" (dict "envAll" . "image" .Values.images.tags.test "dependency" "tests") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
