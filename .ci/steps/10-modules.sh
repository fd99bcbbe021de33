#!/usr/bin/env bash
# The jars form one module graph: every module is found under its name, and the server's main class resolves on the module path.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' pom.xml)
group=$(sed -n 's:^  <groupId>\(.*\)</groupId>:\1:p' pom.xml)
server=responses-server/target/responses-server-$version.jar
path=$server:responses-server/target/lib

for home in "$JAVA17_HOME" ${JAVA25_HOME:+"$JAVA25_HOME"}; do
  java=$home/bin/java
  echo "-- $home"
  modules=$("$java" -p "$path" --list-modules)
  for source in responses-*/src/main/java/module-info.java; do
    module=${source%%/*}
    name=$(sed -n 's/^\(open \)\{0,1\}module \([^ ]*\) .*/\2/p' "$source")
    case $name in
      "$group".*) ;;
      *) echo "$source: $name does not start with the group" >&2; exit 1 ;;
    esac
    "$java" -p "$module/target/$module-$version.jar" --describe-module "$name" | head -n 1
    case $module in
      # The test kit is no part of the server.
      responses-testkit) ;;
      *) grep -q "^$name[@ ]" <<<"$modules" || { echo "$name is not among the modules of the server" >&2; exit 1; } ;;
    esac
  done
  "$java" -p "$path" --add-modules ALL-MODULE-PATH --dry-run -m "$group.server/$group.server.Main"
done
