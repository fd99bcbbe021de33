#!/usr/bin/env bash
# Measures the engine in process and the server, beside the floor gateway and bare OkHttp, in the same rounds. Needs the bench kit's folder
# (FakeUpstream, FloorGateway, Load, matrix.sh) as its first argument and a built tree. Everything is on loopback and bounded.
#   benchmarks/run.sh ../shared/bench [rounds]
# Without the kit, what durable stores cost: turns and chains on SQLite and PostgreSQL, background streams, idle followers.
#   benchmarks/run.sh durable [rounds]
# Writes JSON lines to target/bench and a summary to standard output.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
kit=$1 rounds=${2:-3}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
out=$root/target/bench
if [ "$kit" = durable ]; then
  mkdir -p "$out"
  run() {
    "$java" -Xmx1g -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$root/benchmarks/target/classes:$root/benchmarks/target/lib/*" \
      "io.github.responses4j.benchmarks.$1" "${@:2}" 2>>"$out/durable.log" | tee -a "$out/durable.jsonl"
  }
  rm -f "$out"/durable.*
  for store in sqlite sqlite-normal postgres; do run DurableTurns $store "$out" $((10 * rounds)); done
  run BackgroundStreams postgres "$out" $((2 * rounds)) 64
  run IdleTails sqlite "$out" 2000 50
  exit
fi
mkdir -p "$out/kit"
cp "$kit"/*.java "$kit"/*.sh "$kit"/*.mjs "$out/kit/"
cd "$out/kit"
chmod u+w ./*
"${java}c" --release 17 -d target/kit ./*.java
pids=()
stop() { for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; }
trap stop EXIT
up_port=9931 floor_port=9932 ours_port=9933
"$java" -XX:+UseSerialGC -Xmx512m -cp target/kit FakeUpstream --port $up_port --seconds 3600 >"$out/upstream.log" &
up=$!; pids+=("$up")
"$java" -Xmx256m -cp target/kit FloorGateway --port $floor_port --upstream $up_port --threads "${THREADS:-virtual}" --seconds 3600 >"$out/floor.log" &
floor=$!; pids+=("$floor")
"$java" -Xmx512m -jar "$root"/responses-server/target/responses-server-*-all.jar --port $ours_port \
  --backend "*=chat:http://127.0.0.1:$up_port/v1" >"$out/server.log" 2>&1 &
ours=$!; pids+=("$ours")
for port in $up_port $floor_port $ours_port; do
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break || sleep 0.1; done
done
printf 'floor|http://127.0.0.1:%s|/v1/responses||%s|4|\nours|http://127.0.0.1:%s|/v1/responses||%s|4|\n' \
  $floor_port "$floor" $ours_port "$ours" >targets.txt
rm -f "$out"/warm.jsonl "$out"/server.jsonl "$out"/inprocess.jsonl
UP=$up TARGETS=targets.txt OUT=$out/warm.jsonl ROUNDS=1 KIT=target/kit JAVA=$java ./matrix.sh
UP=$up TARGETS=targets.txt OUT=$out/server.jsonl ROUNDS=$rounds KIT=target/kit JAVA=$java ./matrix.sh
node summary.mjs "$out/server.jsonl"
cp="$root/benchmarks/target/classes:$root/benchmarks/target/lib/*"
for _ in $(seq "$rounds"); do
  for client in okhttp-jackson engine; do
    "$java" -Xmx1g -cp "$cp" io.github.responses4j.benchmarks.InProcess $client $up_port 6 4 2>/dev/null | tee -a "$out/inprocess.jsonl"
  done
done
