{{/* Every service that is on, by name, with the defaults under what it says itself. Not `default`, which takes 0 and
false for nothing. */}}
{{- define "tepat.services" -}}
{{- $services := dict }}
{{- range $name, $own := .Values.services }}
{{- $service := mergeOverwrite (deepCopy $.Values.defaults) (deepCopy ($own | default dict)) }}
{{- if $service.enabled }}
{{- $_ := set $services $name $service }}
{{- end }}
{{- end }}
{{- toYaml $services }}
{{- end }}

{{/* The most pods that a service may have at once, those of a rolling update included. */}}
{{- define "tepat.podsMax" -}}
{{- $pods := int .replicas }}
{{- if .autoscaling.enabled }}{{ $pods = int .autoscaling.maxReplicas }}{{ end }}
{{- if .keda.enabled }}{{ $pods = int .keda.maxReplicas }}{{ end }}
{{- $surge := 0 }}
{{- if ne .strategy.type "Recreate" }}
{{- $said := dig "rollingUpdate" "maxSurge" "25%" .strategy | toString }}
{{- if hasSuffix "%" $said }}
{{- $surge = div (add (mul $pods (trimSuffix "%" $said | int)) 99) 100 }}
{{- else }}
{{- $surge = int $said }}
{{- end }}
{{- end }}
{{- add $pods $surge }}
{{- end }}

{{/* The role that a schema's service logs in as. */}}
{{- define "tepat.role" -}}
{{- get .root.Values.database.roles .schema | default (printf "tepat_%s" .schema) }}
{{- end }}
