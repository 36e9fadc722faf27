{{/* Names and labels. */}}

{{- define "tepat.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* 40 characters leave room for the name of a service and for "-headless". */}}
{{- define "tepat.fullname" -}}
{{- $name := include "tepat.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "tepat.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* What selects the pods of the release; of one of its parts with {root, part}. */}}
{{- define "tepat.selector" -}}
app.kubernetes.io/name: {{ include "tepat.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .part }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "tepat.labels" -}}
{{ include "tepat.selector" . }}
app.kubernetes.io/part-of: tepat
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The selector of a NetworkPolicy's peer: the pods of one part of the release. */}}
{{- define "tepat.peer" -}}
podSelector:
  matchLabels:
    {{- include "tepat.selector" . | nindent 4 }}
{{- end }}
