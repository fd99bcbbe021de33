#!/usr/bin/env bash
# Open Responses: answers and events against the OpenAPI document. OPENRESPONSES_OPENAPI names it: it is no part of the repository.
set -euo pipefail
cd "$(dirname "$0")/../.."

work="$PWD/target/conformance"
document="${OPENRESPONSES_OPENAPI:-../shared/spec/open-responses-2026-04-24.openapi.json}"

for name in $(compgen -e RESPONSES_ || true) $(compgen -e OPENAI_ || true); do
  unset "$name"
done
rm -rf "$work"
mkdir -p "$work"

check() { # name class property...: runs one test class of conformance/ and counts
  local name="$1" class="$2"
  shift 2
  rm -rf conformance/target/surefire-reports
  if ! mvn -B -ntp -q -Pconformance -pl conformance -am test -Dtest="$class" "$@" >"$work/$name.log" 2>&1; then
    tail -n 150 "$work/$name.log" >&2
    echo "$name: FAILED" >&2
    exit 1
  fi
  sed -n 's/.*<testsuite [^>]* tests="\([0-9]*\)" errors="0" skipped="0" failures="0".*/'"$name"': \1 passed/p' \
    "conformance/target/surefire-reports/TEST-io.github.responses4j.conformance.$class.xml" | grep .
}

if [[ -f "$document" ]]; then
  check openapi OpenApiTest -Dconformance.openapi="$(realpath "$document")"
else
  echo "left out: there is no OpenAPI document at $document"
fi
