{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.statefulset }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "StatefulSet" "name" "memcached-memcached" "component" "server"
    "node" .Values.labels.server "replicas" .Values.pod.replicas.server "image" .Values.images.tags.memcached "dependency" "server") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "memcached" "component" "server" "port" "11211") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
