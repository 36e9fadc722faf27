{{/* A table as TOML, with {table, path}: values first, then sections. Strings, numbers, booleans and lists are written
alike in JSON and in TOML; what toJson escapes, TOML understands. */}}
{{- define "tepat.toml" -}}
{{- $path := .path }}
{{- $values := list }}
{{- range $key, $value := .table }}
{{- if not (or (kindIs "map" $value) (kindIs "invalid" $value)) }}
{{- $values = append $values (printf "%s = %s" (include "tepat.tomlKey" $key) (toJson $value)) }}
{{- end }}
{{- end }}
{{- if and $path $values }}
[{{ $path }}]
{{- end }}
{{- range $values }}
{{ . }}
{{- end }}
{{- range $key, $value := .table }}
{{- if kindIs "map" $value }}
{{- $section := include "tepat.tomlKey" $key }}
{{- if $path }}{{ $section = printf "%s.%s" $path $section }}{{ end }}
{{- include "tepat.toml" (dict "table" $value "path" $section) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "tepat.tomlKey" -}}
{{- if regexMatch "^[A-Za-z0-9_-]+$" . }}{{ . }}{{ else }}{{ toJson . }}{{ end }}
{{- end }}

{{/* Where a service finds another one. */}}
{{- define "tepat.address" -}}
{{- $peer := index .services .name }}
{{- $host := printf "%s-%s" (include "tepat.fullname" .root) .name }}
{{- if eq .through "headless" }}{{ $host = printf "%s-headless" $host }}{{ end }}
{{- printf "%s.%s.svc.%s:%d" $host .root.Release.Namespace .root.Values.clusterDomain (int $peer.port) }}
{{- end }}

{{/* The settings file of a service: its own settings under those that the chart answers for. No secret stands in it. */}}
{{- define "tepat.settings" -}}
{{- $root := .root }}
{{- $service := .service }}
{{- $services := .services }}
{{- $set := dict
  "listen" (dict
    "address" (printf "%s:%d" $service.bindAddress (int $service.port))
    "drain_ms" (mul 1000 (int $service.drainSeconds)))
  "admin" (dict "address" (printf "%s:%d" $service.bindAddress (int $service.adminPort)))
  "log" (dict "format" "json")
  "telemetry" (dict "endpoint" $root.Values.telemetry.endpoint "kept_per_thousand" (int $root.Values.telemetry.keptPerThousand))
}}
{{- if $service.databases }}
{{- $_ := set $set "stores" (dict "connections_max" (int $service.databasePool)) }}
{{- end }}
{{- if $service.keys }}
{{- $_ := set $set "keys" (dict "folder" "/etc/tepat/keys") }}
{{- end }}
{{- if and $service.redis (ne $root.Values.redis.mode "none") }}
{{- $_ := set $set "accounts" (dict "redis" (include "tepat.redis" $root | fromYaml)) }}
{{- end }}
{{- if $service.packages.enabled }}
{{- $_ := set $set "disbursement" (dict "packages_folder" "/var/lib/tepat/packages") }}
{{- end }}
{{- $peers := dict }}
{{- range $service.peers }}
{{- $address := include "tepat.address" (dict "root" $root "services" $services "name" . "through" $service.peerAddressing) }}
{{- $_ := set $peers . (dict "address" $address) }}
{{- end }}
{{- if $peers }}
{{- $_ := set $set "peers" $peers }}
{{- end }}
{{- $settings := mergeOverwrite (deepCopy $service.settings) $set }}
{{- include "tepat.toml" (dict "table" $settings "path" "") | trim }}
{{- end }}

{{/* The section [accounts.redis]; passwords and certificates are files. */}}
{{- define "tepat.redis" -}}
{{- with .Values.redis }}
mode: {{ .mode }}
addresses: {{ join "," .addresses | quote }}
master: {{ .master | quote }}
username: {{ .username | quote }}
password_file: {{ ternary "" (printf "/etc/tepat/redis/%s" .passwordKey) (empty .passwordKey) | quote }}
sentinel_username: {{ .sentinelUsername | quote }}
sentinel_password_file: {{ ternary "" (printf "/etc/tepat/redis/%s" .sentinelPasswordKey) (empty .sentinelPasswordKey) | quote }}
tls: {{ .tls.enabled }}
tls_ca_file: {{ ternary "" (printf "/etc/tepat/redis/%s" .tls.caKey) (empty .tls.caKey) | quote }}
{{- end }}
{{- end }}
