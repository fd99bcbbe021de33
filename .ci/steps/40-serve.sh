#!/usr/bin/env bash
# ./serve in a clean copy: builds once, answers, stops with 0 on SIGTERM, builds again after a change. On both JDKs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

copy=$PWD/target/clean
rm -rf "$copy"
mkdir -p "$copy"
git -c safe.directory="$PWD" archive HEAD | tar -x -C "$copy"
cd "$copy"

server=""
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true' EXIT

fail() {
  echo "$1" >&2
  cat out err >&2
  exit 1
}

# Starts, asks what the ready line says, stops: answers <building|ready>, what the start must have done.
answers() {
  local line="" answer="" status=0 end=$((SECONDS + 600))
  # Empty before the other process is there to empty it: what an earlier start has said must not answer for this one.
  : >out
  ./serve --port 0 >out 2>err </dev/null &
  server=$!
  until line=$(grep -m 1 'curl ' out); do
    kill -0 "$server" 2>/dev/null || fail "the server ended"
    [ "$SECONDS" -lt "$end" ] || fail "the server says nothing"
    sleep 0.1
  done
  case "$1-$(grep -c 'building the server' err || true)" in
    building-1 | ready-0) ;;
    *) fail "this start should have been $1" ;;
  esac
  # Not piped into grep: one that has seen enough would break curl's output off.
  answer=$(bash -c "curl ${line#*curl } --fail") || fail "no answer to: $line"
  [[ $answer == *'"status":"completed"'* ]] || fail "not what was asked for by $line: $answer"
  kill -TERM "$server"
  wait "$server" || status=$?
  server=""
  [ "$status" -eq 0 ] || fail "the server stopped with $status"
}

for home in "$JAVA17_HOME" ${JAVA25_HOME:+"$JAVA25_HOME"}; do
  export JAVA_HOME=$home
  rm -rf responses-*/target
  answers building
  answers ready
  touch responses-core/src/main/java/module-info.java
  answers building
  [ -n "$(find responses-server/target/quick -name 'classes_*.jsa' -size +1000k)" ] || fail "the rehearsal left no classes"
  status=0
  ./serve --no-such-option >out 2>err || status=$?
  [ "$status" -eq 2 ] || fail "a wrong option ends with $status"
  echo "$home: builds, answers, stops"
done
