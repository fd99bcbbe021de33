#!/usr/bin/env bash
# The same sources give the same bytes: jars of a second build, in another folder and without the checks, equal those of the first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ -n "$(git -c safe.directory="$PWD" status --porcelain)" ]; then
  echo "left out: the tree holds changes that are not committed"
  exit 0
fi
version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' pom.xml)
again=$PWD/target/again
rm -rf "$again"
mkdir -p "$again"
git -c safe.directory="$PWD" archive HEAD | tar -x -C "$again"
(cd "$again" && mvn -B -ntp -q -Pquick -pl responses-server -am package)

for module in responses-*; do
  cmp "$module/target/$module-$version.jar" "$again/$module/target/quick/$module.jar"
  echo "$module: the same"
done
