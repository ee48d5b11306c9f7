#!/bin/bash
# The control socket: commands from other programs, their answers and exit statuses,
# subscriptions, metrics; and what somebody without the token can do: nothing.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/acceptance/await.bash"
endicott=$(realpath "${ENDICOTT:-$top/build/endicott}")
hello=$top/guests/hello
work=$(mktemp -d) || exit 1
emulator=
trap '[ -n "$emulator" ] && kill $emulator 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
unset XDG_RUNTIME_DIR ENDICOTT_CONTROL ENDICOTT_TOKEN
trap '' PIPE

trouble() { last_lines 20 answer out; }
ctl() { timeout 150 "$endicott" ctl "$@" >answer 2>&1 </dev/null; status=$?; }
status_is() { [ "$status" -eq "$1" ]; }
answered() { grep -qF -- "$1" answer; }
not_answered() { ! grep -qF -- "$1" answer; }
said() { grep -qF -- "$1" out; }
start() {       # start OPTIONS...: a machine without a terminal; wait until it has begun
    rm -f out                   # the last one's
    timeout 900 "$endicott" -d "$@" >out 2>&1 </dev/null &
    emulator=$!
    await grep -q 'architecture mode' out
}
end() { ctl "$@" quit; check "quit is answered" status_is 0; wait $emulator; emulator_status=$?; emulator=; }

cat >machine.cnf <<END
CPUSERIAL 060305
LPARNAME ATELIER
000C 3505 $hello/hello.deck ebcdic
001F 3215-C /
END

ctl version
if answered "built without jansson"; then
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
check "nobody answers: status" status_is 3
check "nobody answers" answered "nobody answers at ./endicott.sock"

# ---- commands --------------------------------------------------------------------------------
start -f machine.cnf
check "the place is said" said "HHC20080I Control socket ./endicott.sock"
check "the socket is the user's alone" test "$(stat -c %a endicott.sock)" = 600
ctl ipl 00c
check "ipl: status" status_is 0
ctl wait console 01F 'Type /help' 120
check "wait" status_is 0
ctl wait psw wait 120
check "wait for a PSW" status_is 0
ctl '/who'
check "a line for the console" status_is 0
ctl wait console 01F 060305 120
check "the guest has answered" status_is 0
ctl wait console 01F 'never said' 0.3 name 'a miracle'
check "a wait in vain: status" status_is 1
check "a wait in vain" answered "Waited in vain for a miracle"
ctl nonsense
check "no such command: status" status_is 2
ctl gpr zzz
check "wrong operands: status" status_is 2
check "wrong operands: the right ones" answered "Usage: gpr"
ctl devinit 0999
check "a failure: status" status_is 1
ctl gpr
check "an answer" answered "GR00="
check "an answer has no echo" not_answered HHC01603I
check "but the log has" said "HHC01603I gpr"
ctl defsym GREETING 'two words'
ctl defsym
check "words with blanks" answered "two words"
ctl attach 000E 1403 'a b.txt'
check "a quoted operand" test -f 'a b.txt'
printf 'gpr 1=CAFE\n\nnonsense\ngpr\n' | timeout 150 "$endicott" ctl >answer 2>&1
status=$?
check "commands of standard input" answered "GR01=0000CAFE"
check "commands of standard input: the worst status" status_is 2

# ---- what the machine has and does ---------------------------------------------------------------
ctl devices
check "devices" answered "000C 3505"
ctl devices --json
check "devices as JSON: status" status_is 0
check "devices as JSON" grep -q '"device": "001F"' answer
if command -v python3 >/dev/null; then
    check "it is JSON" python3 -c 'import json,sys; r=json.load(open("answer"))
assert r["ok"] and [d["device"] for d in r["devices"]] == ["000C","000E","001F"], r
assert r["devices"][0]["ios"] > 0 and r["devices"][1]["ios"] == 0, r'
    ctl -j nonsense
    check "a refusal as JSON" python3 -c 'import json; r=json.load(open("answer"))
assert not r["ok"] and r["result"] == "unknown" and r["messages"][1]["severity"] == "E", r'
fi
ctl system
check "system" answered "ATELIER, Endicott"
ctl metrics
check "metrics: I/O" grep -q '^endicott_device_ios_total{device="000C",type="3505"} [1-9]' answer
check "metrics: instructions" grep -q '^endicott_instructions_total{cpu="0"} [1-9]' answer
check "metrics: messages" grep -q '^endicott_messages_total{severity="error"} [1-9]' answer
check "metrics: state" grep -q '^endicott_cpu_state{cpu="0",state="wait"} 1' answer
check "metrics: every line is one" not_answered "nan"
check "metrics: the form" test -z "$(grep -vE \
    '^(# (HELP|TYPE) endicott_[a-z_]+ .+|endicott_[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.]+)$' answer)"

# ---- subscriptions ----------------------------------------------------------------------------------
timeout 900 "$endicott" ctl -j listen messages psw devices >heard 2>&1 &
listener=$!
heard() { grep -qE -- "$1" heard; }
hears() { await heard "$1"; }
listening() { ctl '* is there a listener?' && heard 'is there a listener'; }
await listening
ctl '* listen to this'
ctl attach 000D 3525 cards.out ascii
ctl stop
check "a message is heard" hears '"event":"message".*listen to this|listen to this.*"event":"message"'
check "a device comes" hears '"device":"000D".*"change":"attached"'
ctl detach 000D
check "a device goes" hears '"device":"000D".*"change":"detached"'
check "a PSW is heard" hears '"state":"stopped".*"event":"psw"|"event":"psw".*"state":"stopped"'
kill $listener 2>/dev/null
wait $listener 2>/dev/null
ctl start

# ---- side by side ----------------------------------------------------------------------------------------
for i in $(seq 20); do
    timeout 900 "$endicott" ctl wait console 01F "line $i" 300 >/dev/null 2>&1 & waits[i]=$!
done
ctl gpr
check "twenty wait, one works" status_is 0
for i in 1 2 3; do kill "${waits[i]}"; done
for i in $(seq 4 20); do kill "${waits[i]}" 2>/dev/null; done
wait "${waits[@]}" 2>/dev/null
(cd "$work" && timeout 120 "$endicott" -f none </dev/null >second 2>&1)
check "another machine does not take the place" grep -q "HHC20081W.*another machine answers" second
ctl version
check "the first still answers" status_is 0
ctl attach 0480 3420 empty.aws
ctl stopall
ctl ipl 480
check "the load of an empty tape: status" status_is 1
ctl detach 480
end
check "waits in vain are the callers' affair" test "$emulator_status" -eq 0
check "the socket is gone" test ! -e endicott.sock

# ---- TCP: the token -------------------------------------------------------------------------------------------
(echo "CONTROL 0 token Open-Sesame-1"; cat machine.cnf) >tcp.cnf
start -f tcp.cnf
port=$(sed -n 's/HHC20082I Control port \([0-9]*\).*/\1/p' out)
check "a port" test -n "$port"
check "no socket beside it" test ! -e endicott.sock
ctl -c "127.0.0.1:$port" -t Open-Sesame-1 gpr 3=12345678
check "with the token" status_is 0
for token in '' Open-Sesame-2 Open-Sesame-11 open-sesame-1 O; do
    ctl -c "$port" -t "$token" gpr 3=BADBAD
    check "the token '$token': status" status_is 3
done
stranger() {    # stranger LINE...: what comes back for it
    exec 4<>"/dev/tcp/127.0.0.1/$port" || return
    printf '%s\n' "$@" >&4
    timeout 60 cat <&4 >answer 2>/dev/null
    exec 4>&-
}
stranger '{"do":"command","line":"gpr 3=BADBAD"}' '{"do":"devices"}'
check "a stranger is refused" answered '"ok":false'
check "a stranger learns no device" not_answered 3505
check "a stranger learns no name" not_answered ATELIER
stranger '{"token":"wrong"}' '{"token":"Open-Sesame-1"}' '{"do":"command","line":"gpr 3=BADBAD"}'
check "there is one try" not_answered '"ok":true'
stranger '{"token":["Open-Sesame-1"],"do":"command","line":"gpr 3=BADBAD"}'
check "a token of another kind" not_answered '"ok":true'
stranger 'GET / HTTP/1.1' "Host: 127.0.0.1" '' '{"token":"Open-Sesame-1"}'
check "a browser that was sent here" not_answered '"ok":true'
stranger "$(head -c 100000 /dev/zero | tr '\0' '[')"
check "a long line" answered "at most 65536 bytes"
head -c 300000 /dev/urandom >"/dev/tcp/127.0.0.1/$port" 2>/dev/null
ctl -c "$port" -t Open-Sesame-1 gpr
check "nothing has changed" answered "GR03=12345678"
for i in $(seq 200); do eval "exec {fd}<>/dev/tcp/127.0.0.1/$port" && fds[i]=$fd; done 2>/dev/null
ctl -c "$port" -t Open-Sesame-1 version
check "two hundred strangers do not keep the operator out" status_is 0
timeout 900 "$endicott" ctl -c "$port" -t Open-Sesame-1 listen messages >heard 2>&1 &
listener=$!
listening() { ctl -c "$port" -t Open-Sesame-1 '* who listens?' && heard 'who listens'; }
await listening
for i in $(seq 100); do (exec 5<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; done
ctl -c "$port" -t Open-Sesame-1 '* still there?'
check "nor throw out who is in" hears 'still there'
kill $listener
wait $listener 2>/dev/null
for fd in "${fds[@]}"; do eval "exec $fd>&-"; done
served() { ctl -c "$port" -t Open-Sesame-1 version; status_is 0; }
check "they have come and gone" await served
end -c "$port" -t Open-Sesame-1
check "the session was in order" test "$emulator_status" -eq 0

# ---- the statement -----------------------------------------------------------------------------------------------
(echo "CONTROL off"; cat machine.cnf) >off.cnf
timeout 120 "$endicott" -f off.cnf </dev/null >out 2>&1
check "off" test -z "$(grep HHC2008 out)"
for wrong in "nowhere" ":99" "99999" "0 token short" "0 token bad/word/here" "a/b c"; do
    (echo "CONTROL $wrong"; cat machine.cnf) >wrong.cnf
    timeout 120 "$endicott" -f wrong.cnf </dev/null >out 2>&1
    check "CONTROL $wrong" said "statement 'CONTROL $wrong' was not accepted"
done
echo "not a socket" >file
(echo "CONTROL ./file"; cat machine.cnf) >file.cnf
timeout 120 "$endicott" -f file.cnf </dev/null >out 2>&1
check "a file is left alone" grep -q "not a socket" file
check "a file is in the way" said "HHC20081W No service at ./file"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
