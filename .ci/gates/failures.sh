#!/usr/bin/env bash
# Says which tests of a built tree have failed, a line each, with the first line of why: failures.sh <tree>
set -euo pipefail
cd "$1"

most=10
width=300

find . -type f -path '*/target/surefire-reports/TEST-*.xml' -exec grep -lE '<(failure|error)[ >]' {} + 2>/dev/null \
  | sort \
  | xargs -r awk '
      /<testcase / {
        name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
        class = $0; sub(/.* classname="/, "", class); sub(/".*/, "", class); sub(/.*\./, "", class)
      }
      /<(failure|error)[ >]/ {
        why = $0; sub(/.*<(failure|error)[^>]*message="/, "", why); sub(/".*/, "", why)
        if (why == $0) { why = ""; }
        gsub(/&#10;|&#xa;/, " ", why); gsub(/&lt;/, "<", why); gsub(/&gt;/, ">", why)
        gsub(/&quot;/, "\"", why); gsub(/&apos;/, "\x27", why); gsub(/&amp;/, "\\&", why)
        print class "." name ": " why
      }' \
  | cut -c "1-$width" \
  | awk -v most="$most" 'NR <= most { print } END { if (NR > most) print "and " NR - most " more" }'
