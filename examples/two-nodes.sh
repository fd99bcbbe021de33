#!/usr/bin/env bash
# Two ./serve on one PostgreSQL. One of them is killed, and told to stop, while it works: the other one goes on, and who follows a response
# there gets every event once. What it prints is explained in docs/two-nodes.md.
#
#   STORE=jdbc:postgresql://127.0.0.1:5432/responses examples/two-nodes.sh
#
# Who opens the database is said in the URL, or by RESPONSES_STORE_USER and RESPONSES_STORE_PASSWORD, as for ./serve. Further settings:
#   LEASE  after how long a node takes over what another one has left (5s)
#   THINK  for how many milliseconds the model thinks before it says a word (4000)
#   SPEAK  how many milliseconds it takes over a word (300)
# It needs a JDK, Maven and curl, asks no model but its own, and leaves three responses in the database.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
store=${STORE:?STORE is the JDBC URL of a PostgreSQL database, such as jdbc:postgresql://127.0.0.1:5432/responses}
lease=${LEASE:-5s}
# Nothing that is meant for another server.
for name in $(compgen -e RESPONSES_ || true); do
  case $name in
    RESPONSES_STORE_USER | RESPONSES_STORE_PASSWORD | RESPONSES_SECRET | RESPONSES_JAVA_OPTS) ;;
    *) unset "$name" ;;
  esac
done

# All nodes have the same: what one of them has sealed, the others can read.
RESPONSES_SECRET=${RESPONSES_SECRET:-$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')}
export RESPONSES_SECRET

work=$(mktemp -d)
children=()
leave() {
  for child in ${children[@]+"${children[@]}"}; do
    kill -KILL "$child" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "two-nodes: $1" >&2
  cat "$work"/*.err >&2 2>/dev/null || true
  exit 1
}

# Waits until a file has a line: await <file> <pattern> <process that writes it> <seconds>.
await() {
  local end=$((SECONDS + $4))
  until grep -q "$2" "$1" 2>/dev/null; do
    kill -0 "$3" 2>/dev/null || grep -q "$2" "$1" || fail "$(basename "$1") ended without $2"
    [ "$SECONDS" -lt "$end" ] || fail "$(basename "$1") has no $2 after $4 s"
    sleep 0.1
  done
}

# Starts a node, and leaves its process and its address in pid and uri: node <name>.
node() {
  : >"$work/$1"
  "$root/serve" --port 0 --store "$store" --lease "$lease" --backend "*=chat:$model" >"$work/$1" 2>"$work/$1.err" </dev/null &
  pid=$!
  children+=("$pid")
  # Or the shell, if it is still there, says of each child that it was killed.
  disown "$pid"
  await "$work/$1" '^Ready: ' "$pid" 600
  uri=$(sed -n 's/^Ready: .*\(http:[^ ]*\)\/v1\/responses.*/\1/p' "$work/$1")
}

# The data of the whole events in a file; the last one may be torn where its node was killed.
whole() {
  awk '/^data: \{/ { data = substr($0, 7) } /^$/ { if (data != "") print data; data = "" }' "$1"
}

numbers() {
  whole "$1" | sed 's/.*"sequence_number":\([0-9]*\).*/\1/'
}

# The first value of a member of JSON: member <name>.
member() {
  grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4
}

# Has node A work on a response and follows it until it has told an event of a type: begin <type>. Leaves its name in id.
begin() {
  : >"$work/first"
  # Any node may take a response that waits; here it is to be node A, so the other one stands still for this moment.
  kill -STOP "$b"
  curl -sN --noproxy '*' "$a_uri/v1/responses" -H 'Content-Type: application/json' \
    -d '{"model": "slow", "input": "Count to seven.", "background": true, "stream": true}' >"$work/first" &
  follower=$!
  await "$work/first" '^event: response.in_progress$' "$follower" 60
  kill -CONT "$b"
  await "$work/first" "^event: $1\$" "$follower" 60
  id=$(whole "$work/first" | member id)
}

# Goes on at node B behind the last event that node A has told, and looks whether each one came once: resume <status at the end>.
resume() {
  local since=$SECONDS last status
  wait "$follower" || true
  last=$(numbers "$work/first" | tail -n 1)
  echo "   $id: node A told the events 0 to $last"
  curl -sN --noproxy '*' --max-time 120 "$b_uri/v1/responses/$id?stream=true&starting_after=$last" >"$work/second" || fail "node B does not tell the rest"
  echo "   node B told the events $(numbers "$work/second" | head -n 1) to $(numbers "$work/second" | tail -n 1), after $((SECONDS - since)) s"
  { numbers "$work/first"; numbers "$work/second"; } >"$work/numbers"
  awk '$1 != NR - 1 { exit 1 }' "$work/numbers" || fail "the events are not told once each: $(tr '\n' ' ' <"$work/numbers")"
  curl -s --noproxy '*' "$b_uri/v1/responses/$id" >"$work/response"
  status=$(member status <"$work/response")
  echo "   each number once; the response is $status: $(grep -o '"text":"[^"]*"' "$work/response" | head -n 1 | cut -d '"' -f 4)"
  [ "$status" = "$1" ] || fail "the response should be $1"
}

# Builds it, where Ctrl-C still ends the build.
"$root/serve" --version >/dev/null
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" "$root/examples/src/main/java/io/github/responses4j/examples/SlowModelMain.java" "${THINK:-4000}" "${SPEAK:-300}" \
  >"$work/model" 2>"$work/model.err" </dev/null &
children+=("$!")
disown "$!"
await "$work/model" '^Model: ' "$!" 60
model=$(sed -n 's/^Model: //p' "$work/model")

node B
b_uri=$uri
b=$pid
node A
a_uri=$uri
a=$pid
echo "Node A: $a_uri, node B: $b_uri, one database; a lease is $lease"

echo "1. Node A is killed while the model thinks: node B goes on"
begin response.in_progress
kill -KILL "$a"
resume completed

node A
a_uri=$uri
a=$pid
echo "2. Node A is told to stop while the model speaks: it lets it finish the sentence, and node B does the rest"
begin response.output_text.delta
kill -TERM "$a"
resume completed

node A
a_uri=$uri
a=$pid
echo "3. Node A is killed while the model speaks: words that were told cannot be taken back, so node B ends the response"
begin response.output_text.delta
kill -KILL "$a"
resume failed
