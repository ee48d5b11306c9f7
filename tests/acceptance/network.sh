#!/bin/bash
# Two hosts, each a network namespace of its own: what a stranger on the other one can reach
# (nothing, unless the configuration opens it), and terminals whose line goes dead without a
# word (keep-alive finds out). Needs root and iproute2.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/acceptance/await.bash"
endicott=$(realpath "${ENDICOTT:-$top/build/endicott}")
here=endicott-$$-here away=endicott-$$-away
work=$(mktemp -d) || exit 1
emulator= pids=
end_test() {
    kill $emulator $pids 2>/dev/null
    ip netns del "$here" 2>/dev/null
    ip netns del "$away" 2>/dev/null
    rm -rf "$work"
}
trap end_test EXIT
cd "$work" || exit 1
unset XDG_RUNTIME_DIR

trouble() { last_lines 8 open seen out; }
two_hosts() {
    ip netns add "$here" && ip netns add "$away" &&
        ip -n "$here" link add near type veth peer name far netns "$away" &&
        ip -n "$here" address add 10.77.0.1/24 dev near && ip -n "$away" address add 10.77.0.2/24 dev far &&
        ip -n "$here" link set near up && ip -n "$here" link set lo up &&
        ip -n "$away" link set far up && ip -n "$away" link set lo up
}
if ! command -v ip >/dev/null || ! command -v python3 >/dev/null || ! two_hosts 2>/dev/null; then
    echo "skipped: no network namespaces (root, packages iproute2 and python3)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
start() {       # start CONFIGURATION: on this host; commands go to descriptor 3
    rm -f commands out
    mkfifo commands
    ip netns exec "$here" timeout 900 "$endicott" -f "$1" <commands >out 2>&1 &
    emulator=$!
    exec 3>commands
    await grep -q "HHC01024I" out
    port=$(sed -n 's/HHC01024I .*port //p' out)
}
stop() {
    echo quit >&3
    exec 3>&-
    wait "$emulator"
    status=$?
    emulator=
    check "an orderly end" test "$status" -eq 0
}
says() { await grep -qF -- "$1" out; }

# Every port of this host, from the other one: those that answer go to the file open.
scan() {
    ip netns exec "$away" python3 - >open <<'PYTHON'
import socket
for port in range(1, 65536):
    with socket.socket() as caller:
        caller.settimeout(5)
        if caller.connect_ex(("10.77.0.1", port)) == 0:
            print(port)
PYTHON
}

# ---- a stranger ------------------------------------------------------------------------------
cat >closed.cnf <<END
CNSLPORT 3270
CONTROL 3281 token Open-Sesame-1
HTTP PORT 8081
HTTP TOKEN Open-Sesame-1
000C 3505 3505 sockdev ascii trunc eof
000E 1403 1403 sockdev
001F 3215
00C0 3270
END
start closed.cnf
for where in 3270 3281 8081 3505 1403; do
    check "port $where is served at home" ip netns exec "$here" bash -c "exec 5<>/dev/tcp/127.0.0.1/$where"
done
scan
check "a stranger finds no port" test ! -s open
stop
sed 's/^CNSLPORT.*/CNSLPORT 10.77.0.1:3270/' closed.cnf >open.cnf
start open.cnf
scan
check "a stranger finds what was opened for him, and nothing else" test "$(cat open)" = 3270
stop

# ---- a line that goes dead -------------------------------------------------------------------
cat >line.cnf <<END
CNSLPORT 10.77.0.1:0
CONKPALV (1,1,2)
001F 3215
00C0.2 3270
END
start line.cnf
ip netns exec "$away" bash -c "exec 5<>/dev/tcp/10.77.0.1/$port; echo >&5; cat <&5 >seen; sleep 900" &
pids=$!
check "a typewriter connects" says "0:001F COMM: client"
check "it is greeted" await grep -aq "console 001F" seen
if command -v s3270 >/dev/null; then
    mkfifo keys
    ip netns exec "$away" s3270 -model 3278-2-E <keys >screen 2>&1 &
    pids="$pids $!"
    exec 4>keys
    echo "Connect(C0@10.77.0.1:$port)" >&4
    check "a display connects" says "0:00C0 COMM: client"
fi
sleep 4         # longer than keep-alive's patience: who answers stays
check "who answers stays" bash -c "! grep -q HHC01022I out"
ip -n "$away" link set far down
check "the typewriter's line is dead" says "HHC01022I 0:001F"
[ -p keys ] && check "the display's line is dead" says "HHC01022I 0:00C0"
free() { echo devlist >&3; tail -n 3 out | grep -q "001F 3215 .*not connected"; }
check "its device is free" await free
ip -n "$away" link set far up
ip netns exec "$away" bash -c "exec 5<>/dev/tcp/10.77.0.1/$port; echo >&5; cat <&5 >seen.again; sleep 900" &
pids="$pids $!"
check "another one has it" await grep -aq "console 001F" seen.again
stop
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
