{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "powerdns" "component" "powerdns"
    "node" .Values.labels.powerdns "replicas" .Values.pod.replicas.server "image" .Values.images.tags.powerdns "dependency" "powerdns") }}
{{- end }}
{{- if .Values.manifests.job_db_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "powerdns-db-init" "component" "db-init" "weight" "-5"
    "image" .Values.images.tags.db_init "dependency" "db_init") }}
{{- end }}
{{- if .Values.manifests.job_db_sync }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "powerdns-db-sync" "component" "db-sync" "weight" "-4"
    "image" .Values.images.tags.powerdns_db_sync "dependency" "db_sync") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "powerdns" "component" "powerdns" "port" "53") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
