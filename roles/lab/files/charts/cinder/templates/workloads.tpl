{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment_api }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "cinder-api" "component" "api"
    "node" .Values.labels.api "replicas" .Values.pod.replicas.api "image" .Values.images.tags.cinder_api "dependency" "api") }}
{{- end }}
{{- if .Values.manifests.deployment_scheduler }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "cinder-scheduler" "component" "scheduler"
    "node" .Values.labels.scheduler "replicas" .Values.pod.replicas.scheduler "image" .Values.images.tags.cinder_scheduler "dependency" "scheduler") }}
{{- end }}
{{- if .Values.manifests.deployment_volume }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "cinder-volume" "component" "volume"
    "node" .Values.labels.volume "replicas" .Values.pod.replicas.volume "image" .Values.images.tags.cinder_volume "dependency" "volume") }}
{{- end }}
{{- if .Values.manifests.deployment_backup }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "cinder-backup" "component" "backup"
    "node" .Values.labels.backup "replicas" .Values.pod.replicas.backup "image" .Values.images.tags.cinder_backup "dependency" "backup") }}
{{- end }}
{{- if .Values.manifests.job_db_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "cinder-db-init" "component" "db-init" "weight" "-5"
    "image" .Values.images.tags.db_init "dependency" "db_init") }}
{{- end }}
{{- if .Values.manifests.job_db_sync }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "cinder-db-sync" "component" "db-sync" "weight" "-4"
    "image" .Values.images.tags.cinder_db_sync "dependency" "db_sync") }}
{{- end }}
{{- if .Values.manifests.job_rabbit_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "cinder-rabbit-init" "component" "rabbit-init" "weight" "-4"
    "image" .Values.images.tags.rabbit_init "dependency" "rabbit_init") }}
{{- end }}
{{- if .Values.manifests.job_ks_service }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "cinder-ks-service" "component" "ks-service" "weight" "-3"
    "image" .Values.images.tags.ks_service "dependency" "ks_service") }}
{{- end }}
{{- if .Values.manifests.job_ks_user }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "cinder-ks-user" "component" "ks-user" "weight" "-2"
    "image" .Values.images.tags.ks_user "dependency" "ks_user") }}
{{- end }}
{{- if .Values.manifests.job_ks_endpoints }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "cinder-ks-endpoints" "component" "ks-endpoints" "weight" "-1"
    "image" .Values.images.tags.ks_endpoints "dependency" "ks_endpoints") }}
{{- end }}
{{- if .Values.manifests.job_bootstrap }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "cinder-bootstrap" "component" "bootstrap" "weight" "5"
    "image" .Values.images.tags.bootstrap "dependency" "bootstrap") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "cinder-api" "component" "api" "port" "8776") }}
{{- end }}
{{- if .Values.manifests.pod_rally_test }}
{{- include "helm-toolkit.test" (dict "envAll" . "image" .Values.images.tags.test "dependency" "tests") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
