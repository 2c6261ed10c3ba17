{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment_api_osapi }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "nova-api-osapi" "component" "os-api"
    "node" .Values.labels.osapi "replicas" .Values.pod.replicas.osapi "image" .Values.images.tags.nova_api "dependency" "api") }}
{{- end }}
{{- if .Values.manifests.deployment_api_metadata }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "nova-api-metadata" "component" "metadata"
    "node" .Values.labels.api_metadata "replicas" .Values.pod.replicas.api_metadata "image" .Values.images.tags.nova_api "dependency" "api_metadata") }}
{{- end }}
{{- if .Values.manifests.deployment_conductor }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "nova-conductor" "component" "conductor"
    "node" .Values.labels.conductor "replicas" .Values.pod.replicas.conductor "image" .Values.images.tags.nova_conductor "dependency" "conductor") }}
{{- end }}
{{- if .Values.manifests.deployment_scheduler }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "nova-scheduler" "component" "scheduler"
    "node" .Values.labels.scheduler "replicas" .Values.pod.replicas.scheduler "image" .Values.images.tags.nova_scheduler "dependency" "scheduler") }}
{{- end }}
{{- if .Values.manifests.daemonset_compute }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "DaemonSet" "name" "nova-compute-default" "component" "compute"
    "node" .Values.labels.agent.compute "image" .Values.images.tags.nova_compute "dependency" "compute") }}
{{- end }}
{{- if .Values.manifests.job_db_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "nova-db-init" "component" "db-init" "weight" "-5"
    "image" .Values.images.tags.db_init "dependency" "db_init") }}
{{- end }}
{{- if .Values.manifests.job_db_sync }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "nova-db-sync" "component" "db-sync" "weight" "-4"
    "image" .Values.images.tags.nova_db_sync "dependency" "db_sync") }}
{{- end }}
{{- if .Values.manifests.job_rabbit_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "nova-rabbit-init" "component" "rabbit-init" "weight" "-4"
    "image" .Values.images.tags.rabbit_init "dependency" "rabbit_init") }}
{{- end }}
{{- if .Values.manifests.job_ks_service }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "nova-ks-service" "component" "ks-service" "weight" "-3"
    "image" .Values.images.tags.ks_service "dependency" "ks_service") }}
{{- end }}
{{- if .Values.manifests.job_ks_user }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "nova-ks-user" "component" "ks-user" "weight" "-2"
    "image" .Values.images.tags.ks_user "dependency" "ks_user") }}
{{- end }}
{{- if .Values.manifests.job_ks_endpoints }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "nova-ks-endpoints" "component" "ks-endpoints" "weight" "-1"
    "image" .Values.images.tags.ks_endpoints "dependency" "ks_endpoints") }}
{{- end }}
{{- if .Values.manifests.job_cell_setup }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "nova-cell-setup" "component" "cell-setup" "weight" "4"
    "image" .Values.images.tags.nova_cell_setup "dependency" "cell_setup") }}
{{- end }}
{{- if .Values.manifests.job_bootstrap }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "nova-bootstrap" "component" "bootstrap" "weight" "5"
    "image" .Values.images.tags.bootstrap "dependency" "bootstrap") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "nova-api" "component" "os-api" "port" "8774") }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "nova-metadata" "component" "metadata" "port" "8775") }}
{{- end }}
{{- if .Values.manifests.pod_rally_test }}
{{- include "helm-toolkit.test" (dict "envAll" . "image" .Values.images.tags.test "dependency" "tests") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
