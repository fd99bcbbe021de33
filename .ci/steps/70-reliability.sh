#!/usr/bin/env bash
# Processes that are killed, paused and cut off, databases that go away: what was acknowledged is there afterwards, once.
# The figures are those of every commit; docs/reliability.md says how a release asks for more.
set -euo pipefail
cd "$(dirname "$0")/../.."

for name in $(compgen -e RESPONSES_ || true); do
  unset "$name"
done
log="$PWD/target/reliability.log"
mkdir -p target
if ! mvn -B -ntp -Preliability -pl reliability -am test -Dtest='io.github.responses4j.reliability.*Test,!TwoNodesTest' \
  -Dsurefire.failIfNoSpecifiedTests=false "$@" >"$log" 2>&1; then
  tail -n 200 "$log" >&2
  echo "reliability: FAILED" >&2
  exit 1
fi
grep -F '[reliability]' "$log"
