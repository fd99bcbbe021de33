# Sourced: finds JDKs where machines keep them.

# Prints the home of a JDK with a compiler: find_jdk <feature version>.
find_jdk() {
  local wanted=$1 home path version
  path=$(command -v javac || true)
  for home in \
    "${JAVA_HOME:-}" \
    ${path:+"$(dirname "$(dirname "$(readlink -f "$path")")")"} \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/*; do
    [ -x "$home/bin/javac" ] && [ -r "$home/release" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ "$version" = "$wanted" ]; then
      (cd "$home" && pwd -P)
      return 0
    fi
  done
  return 1
}
