{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment_api }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "designate-api" "component" "api"
    "node" .Values.labels.api "replicas" .Values.pod.replicas.api "image" .Values.images.tags.designate_api "dependency" "api") }}
{{- end }}
{{- if .Values.manifests.deployment_central }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "designate-central" "component" "central"
    "node" .Values.labels.central "replicas" .Values.pod.replicas.central "image" .Values.images.tags.designate_central "dependency" "central") }}
{{- end }}
{{- if .Values.manifests.deployment_worker }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "designate-worker" "component" "worker"
    "node" .Values.labels.worker "replicas" .Values.pod.replicas.worker "image" .Values.images.tags.designate_worker "dependency" "worker") }}
{{- end }}
{{- if .Values.manifests.job_db_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "designate-db-init" "component" "db-init" "weight" "-5"
    "image" .Values.images.tags.db_init "dependency" "db_init") }}
{{- end }}
{{- if .Values.manifests.job_db_sync }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "designate-db-sync" "component" "db-sync" "weight" "-4"
    "image" .Values.images.tags.designate_db_sync "dependency" "db_sync") }}
{{- end }}
{{- if .Values.manifests.job_rabbit_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "designate-rabbit-init" "component" "rabbit-init" "weight" "-4"
    "image" .Values.images.tags.rabbit_init "dependency" "rabbit_init") }}
{{- end }}
{{- if .Values.manifests.job_ks_service }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "designate-ks-service" "component" "ks-service" "weight" "-3"
    "image" .Values.images.tags.ks_service "dependency" "ks_service") }}
{{- end }}
{{- if .Values.manifests.job_ks_user }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "designate-ks-user" "component" "ks-user" "weight" "-2"
    "image" .Values.images.tags.ks_user "dependency" "ks_user") }}
{{- end }}
{{- if .Values.manifests.job_ks_endpoints }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "designate-ks-endpoints" "component" "ks-endpoints" "weight" "-1"
    "image" .Values.images.tags.ks_endpoints "dependency" "ks_endpoints") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "designate-api" "component" "api" "port" "9001") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
