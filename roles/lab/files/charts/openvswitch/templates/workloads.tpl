{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.daemonset }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "DaemonSet" "name" "openvswitch" "component" "server"
    "node" .Values.labels.ovs "image" .Values.images.tags.openvswitch_vswitchd "dependency" "server") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
