#!/usr/bin/env bash
# The same sources give the same bytes: the jars of a second build, in another folder, equal those of the first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ -n "$(git -c safe.directory="$PWD" status --porcelain)" ]; then
  echo "left out: the tree holds changes that are not committed"
  exit 0
fi
again=$PWD/target/again
rm -rf "$again"
mkdir -p "$again"
git -c safe.directory="$PWD" archive HEAD | tar -x -C "$again"
(cd "$again" && mvn -B -ntp -q -Dmaven.test.skip=true -pl responses-server -am package)

compared=0
for jar in responses-*/target/responses-*.jar; do
  cmp "$jar" "$again/$jar"
  compared=$((compared + 1))
done
[ "$compared" -gt 0 ] || { echo "there is no jar to compare" >&2; exit 1; }
echo "$compared jars are equal"
