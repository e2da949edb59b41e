#!/usr/bin/env bash
#
# Checks what reaches the released binary: no module that only tests use, and
# no module whose licence we do not know to go with the MPL. Prints the modules.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
failed=0

complain() {
  printf 'check-shipped: %s\n' "$*" >&2
  failed=1
}

# Modules that only tests may import.
readonly test_only='github.com/(hashicorp/terraform-plugin-(testing|sdk/v2)|getkin/kin-openapi)|pgregory.net/rapid'

# licence DIRECTORY prints the name of the licence of the module in DIRECTORY.
licence() {
  local text
  text=$(find "$1" -maxdepth 1 -iname 'licen[cs]e*' -type f -exec cat {} + | tr -s '[:space:]' ' ')
  case $text in
    *'Mozilla Public License'*) echo MPL-2.0 ;;
    *'Apache License'*) echo Apache-2.0 ;;
    *'Permission is hereby granted, free of charge'*) echo MIT ;;
    *'Redistribution and use in source and binary forms'*) echo BSD ;;
    *'Permission to use, copy, modify, and/or distribute'*) echo ISC ;;
    *) return 1 ;;
  esac
}

while read -r path version directory; do
  if [[ $path =~ ^($test_only)$ ]]; then
    complain "$path is for tests only, but the binary has it"
  fi
  if name=$(licence "$directory"); then
    printf '%-11s %s %s\n' "$name" "$path" "$version"
  else
    complain "no known licence in $path $version"
  fi
done < <(go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' . | sort -u)

# hclwrite brings go-cmp along; packages of the provider compare with it in tests only.
while read -r package; do
  complain "$package uses github.com/google/go-cmp, which is for tests only"
done < <(go list -deps -f '{{with .Module}}{{if .Main}}{{$.ImportPath}}{{range $.Imports}} {{.}}{{end}}{{end}}{{end}}' . |
  awk '/ github.com\/google\/go-cmp\// { print $1 }')

exit "$failed"
