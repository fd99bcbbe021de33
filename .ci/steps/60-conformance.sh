#!/usr/bin/env bash
# Open Responses: answers and events against the OpenAPI document, and the cases of the test kit against ./serve, with the demo
# model in the default profile and over the chat upstream of interop/ in the profile open-responses.
# OPENRESPONSES_OPENAPI names the document, which is not part of the repository. OPENRESPONSES_SUITE may name a checkout of the
# official suite with its packages installed: then that runs too, against the same servers.
set -euo pipefail
cd "$(dirname "$0")/../.."

work="$PWD/target/conformance"
document="${OPENRESPONSES_OPENAPI:-../shared/spec/open-responses-2026-04-24.openapi.json}"
suite="${OPENRESPONSES_SUITE:-}"
start_seconds=900 # ./serve may have to build first

for name in $(compgen -e RESPONSES_ || true) $(compgen -e OPENAI_ || true); do
  unset "$name"
done
rm -rf "$work"
mkdir -p "$work/upstream"

pids=()
stop_all() {
  for pid in ${pids[@]+"${pids[@]}"}; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() { # name pattern command...: starts it, and waits until its output has the pattern; sets line to where
  local name="$1" pattern="$2" end=$((SECONDS + start_seconds))
  shift 2
  "$@" >"$work/$name.log" 2>&1 </dev/null &
  pids+=($!)
  until line="$(grep -m 1 "$pattern" "$work/$name.log")"; do
    if ! kill -0 "${pids[-1]}" 2>/dev/null || ((SECONDS >= end)); then
      echo "$name did not start:" >&2
      tail -n 40 "$work/$name.log" >&2
      exit 1
    fi
    sleep 0.2
  done
}

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

official() { # url: the official suite, if it is there
  [[ -n "$suite" ]] || return 0
  (cd "$suite" && node_modules/.bin/bun run bin/compliance-test.ts --base-url "$1" --api-key none --model demo) \
    >"$work/official.log" 2>&1 || { cat "$work/official.log" >&2; exit 1; }
  grep '^Results: ' "$work/official.log"
}

served() { # name option...: the cases against ./serve with these options
  local name="$1" url
  shift
  start "$name" 'Ready: curl ' ./serve --port 0 --store memory "$@"
  url="$(sed -n 's:.*\(http\://[^ ]*/v1\)/responses.*:\1:p' <<<"$line")"
  check "$name-cases" ServerTest -Dconformance.baseUrl="$url" -Dconformance.model=demo -Dconformance.apiKey=none
  official "$url"
}

if [[ -f "$document" ]]; then
  check openapi OpenApiTest -Dconformance.openapi="$(realpath "$document")"
else
  echo "left out: there is no OpenAPI document at $document"
fi

java_bin="${JAVA_HOME:+$JAVA_HOME/bin/}"
"${java_bin}javac" --release 17 -Xlint:all -Werror -d "$work/upstream" interop/upstream/*.java
start upstream '^listening on port ' "${java_bin}java" -cp "$work/upstream" ChatUpstream --port 0
upstream="http://127.0.0.1:${line##* }/v1"
served demo
served chat --profile open-responses --backend "*=chat:$upstream"
