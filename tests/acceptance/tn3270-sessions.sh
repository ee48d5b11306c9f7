#!/bin/bash
# Many terminals at once, and those that behave badly: 64 sessions, a full house, groups and
# numbers, printers, TLS, terminals that vanish or send noise; how long a screen takes.
. "$(dirname "$0")/s3270.bash"
assemble echo

# ---- 64 sessions --------------------------------------------------------------------------
cat >many.cnf <<E
CNSLPORT 0
000C 3505 echo.deck ebcdic
00C0.64 3270
E
start many.cnf
names=$(seq -f 't%g' 64)
for name in $names; do terminal "$name" -model 3279-2-E; done
connected=0
for name in $names; do
    do_at "$name" "Connect(127.0.0.1:$port)" && connected=$((connected + 1))
done
check "64 sessions: $connected" test $connected -eq 64
for name in $names; do do_at "$name" "Wait(60,InputField)"; done
terminal late -model 3279-2-E
do_at late "Connect(127.0.0.1:$port)"
do_at late "Wait(60,Disconnect)"
check "a full house" shows late 0 0 "Connection rejected, no available 3270 device"
hang_up late
echo "ipl 00c" >&3
good=0
for name in $names; do shows_soon "$name" 0 1 "SESSION" && good=$((good + 1)); done
check "64 screens: $good" test $good -eq 64
do_at t1 "Query(LuName)"
lu=${reply%$'\n'}
check "the first is at its device" shows t1 0 9 "${lu#0}"
good=0
for name in $names; do
    press "$name" "String(\"$name\")" && do_at "$name" "Enter()" &&
        shows_soon "$name" 0 23 "$name" && good=$((good + 1))
done
check "64 answers: $good" test $good -eq 64
check "a whole screen" shows t64 22 79 "L"

# One that goes makes room for another, and its device is ready again.
do_at t5 "Query(LuName)"
lu=${reply%$'\n'}
hang_up t5
terminal again -model 3278-2-E
there_is_room() { do_at again "Connect($lu@127.0.0.1:$port)" && do_at again "Wait(60,InputField)"; }
check "room again" await there_is_room
check "ready again" shows_soon again 0 1 "SESSION ${lu#0}"
check "another one may not have it" sh -c "echo 'Connect($lu@127.0.0.1:$port)
Wait(60,Disconnect)
Ascii(0,0,1,20)' | s3270 -model 3278-2-E 2>&1 | grep -q 'Connection rejected'"

# ---- what a screen takes, with 32 sessions busy: ten keys a second each ------------------------
for i in $(seq 33 64); do hang_up t$i; done
for i in $(seq 32); do [ -n "${pid[t$i]:-}" ] && hang_up t$i; done
busy() {
    echo "Connect(127.0.0.1:$port)"
    echo "Wait(60,InputField)"
    sleep 1
    for _ in $(seq 40); do
        echo "Enter()"
        sleep 0.1
    done
    echo "Quit()"
}
pids=
for i in $(seq 32); do
    busy | timeout 300 s3270 -model 3279-2-E >"busy.$i.out" 2>&1 &
    pids="$pids $!"
done
wait $pids
# The last word of an Enter's status line is the time from the key to the unlocked keyboard,
# that is to the guest's screen.
times=$(for i in $(seq 32); do
    grep -v '^ok$\|^error$\|^data:' "busy.$i.out" | sed 1,2d | awk '{ print $NF }'
done | grep -v '^-$' | sort -n)
count=$(wc -l <<<"$times")
median=$(sed -n "$((count / 2))p" <<<"$times")
check "32 busy sessions: $count screens" test "$count" -ge 1200
check "the median of a key and its screen: $median s" \
    awk -v m="$median" 'BEGIN { exit !(m != "" && m < 0.100) }'
echo "a key and its screen, 32 sessions busy: median $median s, slowest $(tail -n 1 <<<"$times") s"
[ -n "${pid[again]:-}" ] && hang_up again

# ---- callers that behave badly -----------------------------------------------------------------
raw() { exec {raw}<>"/dev/tcp/127.0.0.1/$port"; }
raw_end() { exec {raw}>&-; }
# in the middle of a record
raw
printf '\377\374\050\377\373\030\377\372\030\000IBM-3278-2\377\360\377\373\031\377\375\031\377\373\000\377\375\000\175\100' >&$raw
check "a caller in the middle of a record" says "devtype 3270: connected"
raw_end
check "it is gone" says "connection closed by client"
# in the middle of negotiating
for bytes in '\377' '\377\373' '\377\373\050' '\377\373\050\377\372\050\002\007IBM' \
    '\377\373\050\377\372\050\002\007IBM-3278-2\377\360' '\377\372\030\000' '\377\373\030\377\374\050'; do
    raw
    printf "$bytes" >&$raw
    raw_end
done
# noise, a million bytes; it is read to its end or cut off
raw
head -c 1000000 /dev/urandom >&$raw 2>/dev/null
raw_end
raw
{ printf '\377\373\050\377\372\050\002\007IBM-3278-2\377\360\377\372\050\003\007\002\377\360'
  head -c 1000000 /dev/zero; } >&$raw 2>/dev/null
check "a record without end" says "its record is longer than 64K"
raw_end
# byte by byte
raw
s=$(printf '\377\374\050\377\373\030\377\372\030\000IBM-3278-2\377\360\377\373\031\377\375\031\377\373\000\377\375\000\175\100\100\377\357' | od -An -v -tx1 | tr -d '\n')
before=$(grep -c "devtype 3270: connected" out)
for byte in $s; do printf "\x$byte" >&$raw; done
connected_since() { [ "$(grep -c "devtype 3270: connected" out)" -gt "$1" ]; }
check "byte by byte" await connected_since "$before"
raw_end
terminal last -model 3278-2-E
check "after all that" do_at last "Connect(127.0.0.1:$port)"
check "after all that, a screen" shows_soon last 0 1 "SESSION"
# a terminal that stops: the guest's command does not wait for ever when it is killed
kill -STOP "${pid[last]}"
sleep 0.3
kill -KILL "${pid[last]}"
wait "${pid[last]}" 2>/dev/null
unset "pid[last]"
sleep 0.3
echo "devlist" >&3
check "the device is free again" says "not connected"
stop

# ---- what a screen takes from the guest's write, 32 displays with ten screens a second each -------
if command -v python3 >/dev/null; then
    assemble clock
    printf '%s\n' "CNSLPORT 0" "000C 3505 clock.deck ebcdic" "00C0.32 3270" >clock.cnf
    start clock.cnf
    echo "ipl 00c" >&3
    for _ in 1 2 3; do          # this host may have been busy with something else
        read -r count median slowest < <("$top/tests/acceptance/latency" "127.0.0.1:$port" 32 4)
        quick() { awk -v m="$median" 'BEGIN { exit !(m != "" && m < 10) }'; }
        quick && break
    done
    check "screens of 32 displays: $count" test "$count" -ge 600
    check "the median from the guest's write to s3270: $median ms" quick
    echo "from the guest's write to s3270, 32 displays busy: median $median ms, slowest $slowest ms"
    stop
fi

# ---- groups, models, kinds ---------------------------------------------------------------------
cat >kinds.cnf <<E
CNSLPORT 127.0.0.1:0
CONKPALV (60,5,3)
LPARNAME ATELIER
000C 3505 echo.deck ebcdic
001F 3215
00C0 3270 ACCT
00C1 3278-4
00C2 3270 * 10.1.2.3
00C3 3277
00C8 3287 ACCT
00C9 SYSG
E
start kinds.cnf
greets() {      # greets WHAT HOST MODEL TEXT
    terminal k -model "$3"
    do_at k "Connect($2:$port)"
    do_at k "Wait(60,InputField)"
    check "$1" shows k 1 1 "Endicott 0.1.0, system ATELIER: console $4"
    hang_up k
}
greets "by number" 00C1@127.0.0.1 3278-4-E "00C1, a 3278-4"
greets "by a number that is in a group" C0@127.0.0.1 3278-2-E "00C0, a 3270"
greets "by group" acct@127.0.0.1 3278-2-E "00C0, a 3270"
greets "by group, TN3270" N:ACCT@127.0.0.1 3278-2-E "00C0, a 3270"
greets "the first that fits" 127.0.0.1 3278-2-E "00C3, a 3277"
greets "the first that fits a model 4" 127.0.0.1 3278-4-E "00C1, a 3278-4"
greets "the integrated console" SYSG@127.0.0.1 3278-2-E "00C9, a SYSG"
rejects() {     # rejects WHAT HOST MODEL TEXT
    terminal k -model "$3"
    do_at k "Connect($2:$port)"
    do_at k "Wait(60,Disconnect)"
    check "$1" shows k 0 0 "Connection rejected, $4"
    hang_up k
}
rejects "an address that may not" C2@127.0.0.1 3278-2-E "device 00C2 unavailable"
rejects "another model" C1@127.0.0.1 3278-2-E "device 00C1 unavailable"
rejects "a typewriter" 1F@127.0.0.1 3278-2-E "device 001F unavailable"
rejects "nothing of that name" NOBODY@127.0.0.1 3278-2-E "there is no device or group NOBODY"
raw
IFS= read -r -t 120 -d: line <&$raw
check "a plain caller" grep -aq "system ATELIER" <<<"$line"
raw_end

# ---- printers ----------------------------------------------------------------------------------
if command -v pr3287 >/dev/null; then
    pr3287 -command "cat >>printed" "ACCT@127.0.0.1:$port" >pr.out 2>&1 &
    printer=$!
    check "a printer" says "devtype 3287: connected"
    kill $printer
    check "a printer goes" says "devtype 3287: connection closed"
    stop

    # A guest prints: printer.s compares status and sense.
    assemble printer
    printf '%s\n' "CNSLPORT 0" "000C 3505 printer.deck ebcdic" "00C8 3287" >print.cnf
    start print.cnf
    print() { pr3287 -command "cat >>$1" "C8@127.0.0.1:$port" >>pr.out 2>&1 & printer=$!; }
    on_paper() { grep -q "$2" "$1" 2>/dev/null; }
    echo "ipl 00c" >&3
    echo "wait psw wait 120" >&3
    echo "* the guest waits for a printer" >&3
    check "a guest without a printer" says "HHC01603I * the guest waits for a printer"
    print printed
    check "three pages" await on_paper printed "PAGE THREE"
    check "in order" test "$(tr -d ' \f\r' <printed | grep . | tr '\n' ,)" = \
        PAGEONE,ITSSECONDLINE,PAGETWO,PAGETHREE,
    # The printer stops; the guest's next page has its channel end, and no device end yet.
    kill -STOP "$printer"
    echo "wait psw wait 120" >&3
    echo "ext" >&3
    prints() { echo devlist >&3; grep -q "00C8 3287 .*\[working\]" out; }
    check "its device works" await prints
    kill -KILL "$printer"
    wait "$printer" 2>/dev/null
    check "the printer is taken away" says "devtype 3287: connection closed"
    print reprinted
    check "another printer has the last page" await on_paper reprinted "PAGE FOUR"
    echo psw >&3
    check "the printing guest is content" says "CP00: disabled wait state 00020000 00000000"
    check "nothing was printed twice" test "$(tr -d ' \f\r' <reprinted | grep -c .)" -eq 1
    kill "$printer"
    wait "$printer" 2>/dev/null
else
    echo "skipped: no pr3287 (package pr3287)"
fi
stop

# ---- TLS -------------------------------------------------------------------------------------------
cat >tls.cnf <<E
CNSLPORT 0 TLS cert.pem key.pem
00C0 3270
E
timeout 120 "$endicott" -f tls.cnf </dev/null >out 2>&1
check "TLS without its files" grep -q "HHC20073E TLS cannot be had: " out
if grep -q "HHC01417I With *TLS" out && command -v openssl >/dev/null; then
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
        -subj /CN=localhost >/dev/null 2>&1
    start tls.cnf
    terminal k -model 3278-2-E
    check "TLS" do_at k "Connect(L:Y:127.0.0.1:$port)"
    do_at k "Wait(60,InputField)"
    check "TLS: greeting" shows k 1 1 "Endicott"
    do_at k "Query(Tls)"
    check "TLS is on" grep -q "^secure" <<<"$reply"
    hang_up k
    raw
    printf 'good day\r\n' >&$raw
    check "plain text at a TLS port" test -z "$(timeout 60 cat <&$raw | grep -a ATELIER)"
    raw_end
    stop
else
    echo "skipped: TLS"
fi
close_test
