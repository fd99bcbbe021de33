#!/usr/bin/env bash
# The documentation of what the modules export builds without a warning.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

exporting=$(grep -l '^ *exports ' responses-*/src/main/java/module-info.java | cut -d/ -f1 | paste -sd, -)
echo "modules: $exporting"
mvn -B -ntp -q -Pquick,javadoc -pl "$exporting" -am package
