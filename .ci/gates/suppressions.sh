#!/usr/bin/env bash
# Fails where a check is switched off without a reason beside it: suppressions.sh <tree>
# A reason is a // comment on a line of the annotation or on the one above; in XML, a comment that ends on the line above.
set -euo pipefail
cd "$1"

files=$(git -c safe.directory="$PWD" ls-files -- '*.java' 'config/*.xml')
[ -n "$files" ] || { echo "no source to look at" >&2; exit 1; }

printf '%s\n' "$files" | awk '
  function reasoned(text) { return text ~ /\/\/ *[^ ]/ }
  function bad(why) { print file ":" line ": " why; failed = 1 }
  {
    file = $0; line = 0; above = ""
    while ((getline text < file) > 0) {
      line++
      if (file ~ /\.java$/) {
        if (text ~ /@SuppressWarnings/) {
          while (text !~ /\)/ && (getline more < file) > 0) {
            line++
            text = text more
          }
          if (!reasoned(text) && above !~ /^ *\/\/ *[^ ]/) bad("a suppression without a reason")
        }
        if (text ~ /(CHECKSTYLE|spotless|@formatter):off/) bad("a formatter or style check switched off")
        if (text ~ /^ *@(Disabled|Ignore)/) bad("a disabled test")
      } else if (text ~ /<suppress / && above !~ /-->[ \t]*$/) {
        bad("a suppression without a reason")
      }
      above = text
    }
    close(file)
    count++
  }
  END { print count " files looked at"; exit failed }
'
