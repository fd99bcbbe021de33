#!/usr/bin/env bash
# Fails unless every test class of a built tree has run, and none of its tests was skipped: tests.sh <tree>
set -euo pipefail
cd "$1"

failures=0
complain() {
  echo "$1" >&2
  failures=$((failures + 1))
}

# The sum of one attribute over the heads of the suites in the given reports.
total() {
  local attribute=$1
  shift
  { grep -ho '<testsuite [^>]*>' -- "$@" /dev/null || true; } \
    | sed -n "s/.* $attribute=\"\([0-9]*\)\".*/\1/p" \
    | awk '{ sum += $1 } END { print sum + 0 }'
}

shopt -s nullglob
folders=()
for module in $(awk '/<modules>/ { on = 1 } /<\/modules>/ { exit } on' pom.xml | sed -n 's:.*<module>\(.*\)</module>.*:\1:p'); do
  [ ! -d "$module/src/test/java" ] || folders+=("$module/src/test/java")
done
[ "${#folders[@]}" -gt 0 ] || { echo "no module has tests" >&2; exit 1; }

classes=0
while IFS= read -r source; do
  module=${source%%/src/test/java/*}
  name=${source#*/src/test/java/}
  name=${name%.java}
  name=${name//\//.}
  case $name in
    *Test) ;;
    *)
      complain "$source has tests, and no runner looks at a class that is not named …Test"
      continue
      ;;
  esac
  classes=$((classes + 1))
  reports=("$module/target/surefire-reports/TEST-$name.xml" "$module/target/surefire-reports/TEST-$name\$"*.xml)
  [ -e "${reports[0]}" ] || reports=("${reports[@]:1}")
  if [ "$(total tests "${reports[@]}")" -eq 0 ]; then
    complain "$source: no test of it ran"
  fi
done < <(
  # Test classes, and whatever else declares tests; abstract ones run in their subclasses.
  { find "${folders[@]}" -name '*Test.java'
    grep -rlE --include='*.java' '^ *@(Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate)\b' "${folders[@]}" || true
  } | sort -u | { xargs -r grep -LE '^(public )?(abstract class|interface) ' || true; }
)

reports=(*/target/surefire-reports/TEST-*.xml)
tests=$(total tests "${reports[@]}")
skipped=$(total skipped "${reports[@]}")
[ "$tests" -gt 0 ] || complain "no test ran at all"
if [ "$skipped" -ne 0 ]; then
  complain "$skipped tests were skipped:"
  grep -l '<skipped' -- "${reports[@]}" >&2 || true
fi
echo "$tests tests of $classes classes ran, $skipped skipped"
[ "$failures" -eq 0 ]
