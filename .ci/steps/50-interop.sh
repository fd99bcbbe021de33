#!/usr/bin/env bash
# Real client libraries against running servers: curl, the Python and Node SDKs with the frameworks on top, openai-java.
# Each suite runs twice, against the demo model and against a chat backend over the upstream in interop/upstream.
# Needs python3 with venv, node, npm, curl, mvn and a JDK; fetches the pinned client packages where they are missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

work="$PWD/target/interop"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/responses4j"
api_key="interop-key"
build_seconds=900 # ./serve may have to build first
start_seconds=60
stop_seconds=20
suite_seconds=300

# Nothing of the caller's environment may lead a server or a client elsewhere.
for name in $(compgen -e RESPONSES_ || true) $(compgen -e OPENAI_ || true) $(compgen -e LANGSMITH_ || true); do
  unset "$name"
done
export NO_PROXY="127.0.0.1,localhost" no_proxy="127.0.0.1,localhost" PYTHONDONTWRITEBYTECODE=1

declare -A pids=()

stop() { # name: ends the process group that start made; false when it had to be killed
  local pid="${pids[$1]}" clean=true
  unset "pids[$1]"
  kill -TERM -- "-$pid" 2>/dev/null || true
  for ((i = 0; i < stop_seconds * 10; i++)); do
    kill -0 -- "-$pid" 2>/dev/null || break
    sleep 0.1
  done
  if kill -KILL -- "-$pid" 2>/dev/null; then clean=false; fi
  wait "$pid" 2>/dev/null || true
  $clean
}

stop_all() {
  for name in "${!pids[@]}"; do stop "$name" || true; done
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() { # name command...: runs it in a process group of its own, so that it ends whole
  local name="$1"
  shift
  setsid "$@" >"$work/$name.log" 2>&1 </dev/null &
  pids[$name]=$!
}

await() { # name seconds command...: until the command succeeds
  local name="$1" deadline=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "${pids[$name]}" 2>/dev/null || ((SECONDS >= deadline)); then
      echo "$name did not become ready:" >&2
      tail -n 40 "$work/$name.log" >&2
      exit 1
    fi
    sleep 0.2
  done
}

healthy() { # url
  [[ "$(curl --silent --max-time 2 "$1/health")" =~ \"status\"[[:space:]]*:[[:space:]]*\"healthy\" ]]
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

serve() { # name seconds option...: sets url_<name>
  local name="$1" seconds="$2" port
  shift 2
  port="$(free_port)"
  start "$name" ./serve --port "$port" --store memory "$@"
  await "$name" "$seconds" healthy "http://127.0.0.1:$port"
  printf -v "url_$name" '%s' "http://127.0.0.1:$port"
}

install_clients() {
  venv="$cache/interop-python-$(python3 -V | cut -d' ' -f2)-$(sha256sum interop/python/requirements.txt | cut -c1-12)"
  if [[ ! -e "$venv/complete" ]]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement interop/python/requirements.txt
    touch "$venv/complete"
  fi
  if [[ ! interop/node/node_modules/.package-lock.json -nt interop/node/package.json ]]; then
    (cd interop/node && npm install --no-audit --no-fund --loglevel=error)
  fi
}

suite() { # name command...: its report is one file or one folder of that name under reports
  local name="$1-$INTEROP_BACKEND"
  shift
  if ! timeout --kill-after=10 "$suite_seconds" "$@" >"$work/$name.log" 2>&1; then
    echo "--- $name" >&2
    tail -n 150 "$work/$name.log" >&2
    touch "$work/reports/$name.broken"
  fi
}

suites() { # backend url
  export INTEROP_BACKEND="$1" INTEROP_BASE_URL="$2" INTEROP_KEYED_URL="$url_keyed" INTEROP_API_KEY="$api_key"
  local reports="$work/reports" other=chat
  [[ "$1" == chat ]] && other=demo
  suite curl python3 interop/curl/check.py "$reports/curl-$1.xml"
  suite python "$venv/bin/pytest" -q -c interop/python/pytest.ini interop/python --junitxml "$reports/python-$1.xml"
  suite node env -C interop/node node --test --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination="$reports/node-$1.xml"
  suite java mvn -B -ntp -q -f interop/java/pom.xml test -DexcludedGroups="$other" \
    -Dinterop.reports="$reports/java-$1" -Dinterop.baseUrl="$2" -Dinterop.keyedUrl="$url_keyed" -Dinterop.apiKey="$api_key"
}

rm -rf "$work"
mkdir -p "$work/reports" "$work/upstream" "$cache"
install_clients

java_bin="${JAVA_HOME:+$JAVA_HOME/bin/}" # the JDK that Maven takes too
"${java_bin}javac" --release 17 -Xlint:all -Werror -d "$work/upstream" interop/upstream/*.java
start upstream "${java_bin}java" -cp "$work/upstream" ChatUpstream --port 0
await upstream "$start_seconds" grep -q '^listening on port ' "$work/upstream.log"
upstream_port="$(sed -n 's/^listening on port //p' "$work/upstream.log")"

# One after the other: the first may build the server, the others must find it built.
serve demo "$build_seconds"
serve chat "$start_seconds" --backend "*=chat:http://127.0.0.1:$upstream_port/v1"
serve keyed "$start_seconds" --api-key "$api_key"

suites demo "$url_demo"
suites chat "$url_chat"

for server in demo chat keyed; do
  if ! stop "$server"; then
    echo "the $server server did not end within $stop_seconds s of SIGTERM" >&2
    touch "$work/reports/stop-$server.broken"
  fi
done

python3 interop/report.py "$work/reports"
