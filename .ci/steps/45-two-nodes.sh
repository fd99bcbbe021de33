#!/usr/bin/env bash
# examples/two-nodes.sh on a PostgreSQL of its own: it ends well and prints what docs/two-nodes.md shows. The configuration of nginx there
# is read by nginx, where there is one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for name in $(compgen -e RESPONSES_ || true); do
  unset "$name"
done
mkdir -p target
if nginx=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx); then
  mkdir -p target/nginx/logs
  "$nginx" -t -q -p "$PWD/target/nginx" -c "$PWD/examples/nginx.conf" -g "pid $PWD/target/nginx/nginx.pid; error_log stderr;"
  echo "nginx takes the configuration"
else
  echo "left out: there is no nginx"
fi

./serve --version # builds it
rm -rf reliability/target/reliability/two-nodes-*
log=target/two-nodes.log
if ! mvn -B -ntp -Preliability -pl reliability -am test -Dtest=TwoNodesTest -Dsurefire.failIfNoSpecifiedTests=false >"$log" 2>&1; then
  tail -n 100 "$log" >&2
  echo "two nodes: FAILED" >&2
  exit 1
fi
cat reliability/target/reliability/two-nodes-*/out.txt | tail -n 13
