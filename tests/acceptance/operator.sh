#!/bin/bash
# The operator without a terminal: commands from files and standard input, the order of
# what is said, waits and exit statuses, orderly ends, a typewriter over TCP.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/acceptance/await.bash"
endicott=$(realpath "${ENDICOTT:-$top/build/endicott}")
hello=$top/guests/hello
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

trouble() { last_lines 30 out; }
status_is() { [ "$status" -eq "$1" ]; }
said() { grep -qF -- "$1" out; }
not_said() { ! grep -qF -- "$1" out; }
# The texts stand in the output in this order.
in_order() {
    local at=0 line text
    for text in "$@"; do
        line=$(tail -n +$((at + 1)) out | grep -nF -m1 -- "$text" | cut -d: -f1)
        [ -n "$line" ] || { echo "    missing after line $at: $text"; return 1; }
        at=$((at + line))
    done
}
run() { timeout 300 "$endicott" "$@" >out 2>&1; status=$?; }

# ---- options -----------------------------------------------------------------------------
run --version </dev/null
check "--version" said "Endicott "
check "--version: status" status_is 0
run --help </dev/null
check "--help" said "Usage:"
run --nonsense </dev/null
check "an unknown option" status_is 1
run -s novalue -f none </dev/null
check "-s without value" said "-s needs NAME=VALUE"
check "-s without value: status" status_is 1
run no-such-tool </dev/null
check "no such tool" said "no such tool"

# ---- the pages made from tables ------------------------------------------------------------
check "docs/ agrees with the tables" "$top/scripts/documents" --check "$endicott"

# ---- a configuration with errors -----------------------------------------------------------
cat >bad.cnf <<'END'
MAINSIZE 8
MAINSIEZ 16
001F 3251-C /
CPUSERIAL hello
END
run -f bad.cnf </dev/null
check "errors: status" status_is 1
check "errors: the machine starts without those statements" said "Control socket"
check "errors name line and nearest" said "bad.cnf, line 2: unknown statement 'MAINSIEZ'; the nearest known one is 'mainsize'"
check "errors: all are told" in_order "bad.cnf, line 2" "bad.cnf, line 3" "bad.cnf, line 4" "3 statement(s)"
check "errors: nearest type" said "3215-C"
run -f bad.cnf <<'END'
wait psw 0
END
check "errors: a machine that does what it is to do: status" status_is 0
run -f missing.cnf </dev/null
check "a missing configuration" said "Cannot read the configuration missing.cnf"
check "a missing configuration: status" status_is 1

# ---- the order of commands and answers --------------------------------------------------------
cat >machine.cnf <<END
MAINSIZE \$(SIZE=8)
000C 3505 $hello/hello.deck ebcdic
001F 3215-C / noprompt
END
run -f machine.cnf -s SIZE=2 <<'END'
gpr 3=ABCD
r 100=00112233
foo
psw
END
check "standard input" in_order "storage is 2M" "HHC01603I gpr 3=ABCD" "GR03=0000ABCD" \
    "HHC01603I r 100=00112233" "R:0000000000000100  00112233" "HHC01603I foo" "HHC01600E" \
    "HHC01603I psw" "HHC02278I" "terminated"
check "standard input: status" status_is 0

# ---- a conversation, in both kinds of time ------------------------------------------------------
cat >talk.rc <<'END'
# the guest greets, and answers
ipl 00c
wait console 01F 'what follows / comes to me' 120 name greeting
wait psw wait 120
/
wait input 01F 120
/who
wait console 01F /model|serial|cpu|[0-9A-F]{6}/ 120
wait psw wait 120
/
wait input 01F 120
/quit
wait psw disabled 120
checksum
quit
* not reached
END
for time in host virtual virtual; do
    option=
    [ $time = virtual ] && option=--virtual
    run $option -f machine.cnf -r talk.rc </dev/null
    check "conversation, $time time: status" status_is 0
    check "conversation, $time time" in_order "HHC01603I ipl 00c" "Good day." \
        "HHC01603I wait input 01F 120" "/who" "/quit" "Good bye." \
        "HHC00809I Processor CP00: disabled wait state" "HHC20056I Checksum" "terminated"
    check "conversation, $time time: ends at quit" not_said "not reached"
    cp out out.$time.$((++runs))
done
check "virtual time: two runs are alike" cmp -s out.virtual.2 out.virtual.3

# ---- waits that fail ---------------------------------------------------------------------------
cat >vain.rc <<'END'
ipl 00c
wait console 01F 'never said' 0.5 name miracle
* not reached
END
for option in "" --virtual; do
    run $option -f machine.cnf -r vain.rc <<'END'
* not reached
END
    check "a wait in vain: status" status_is 1
    check "a wait in vain: its name" said "Waited in vain for miracle"
    check "a wait in vain ends the script" not_said "not reached"
    check "a wait in vain ends in order" said "terminated"
done
printf 'wait psw wait 0.1\n* not reached\n' >vain.in
run -f machine.cnf <vain.in
check "a wait in vain on standard input: status" status_is 1
check "a wait in vain on standard input" not_said "not reached"
printf 'wait for godot\n' >vain.in
run -f machine.cnf <vain.in
check "a wait that is none: status" status_is 1
check "a wait that is none" said "Example: wait console"
run -f machine.cnf -r missing.rc </dev/null
check "a missing script" said "missing.rc: No such file"
check "a missing script: status" status_is 1

# ---- scripts within scripts -----------------------------------------------------------------------
echo 'script loop.rc' >loop.rc
run -f machine.cnf -r loop.rc </dev/null
check "a script that calls itself" said "loop.rc is not run: script 1 is the same file"
printf 'defsym INNER "inner.rc"\nscript $(INNER)\ngpr 1=1\n' >outer.rc
printf '# silent\n* loud\n  gpr 2=2  # comment\n' >inner.rc
run -f machine.cnf -r outer.rc </dev/null
check "a script within a script" in_order "Script 1: begin" "HHC01603I script inner.rc" \
    "Script 2: begin" "HHC01603I * loud" "HHC01603I gpr 2=2" "Script 2: file inner.rc" "gpr 1=1"
check "silent comments" not_said "silent"

# ---- shell commands only by leave --------------------------------------------------------------------
printf 'sh echo $((6*7)) is it\n' >shell.in
run -f machine.cnf <shell.in
check "no shell" said "HHC20064E"
check "no shell at all" not_said "42 is it"
(echo "SHCMDOPT ENABLE"; cat machine.cnf) >shell.cnf
run -f shell.cnf <shell.in
check "a shell by leave" said "42 is it"

# ---- a service: no terminal, an orderly end by signal ---------------------------------------------------
for signal in TERM INT HUP; do
    rm -f out                   # the last one's
    timeout 300 "$endicott" -d -f machine.cnf -r <(echo ipl 00c) </dev/null >out 2>&1 &
    wrapper=$!
    await grep -q 'Good day' out
    kill -$signal $wrapper      # timeout passes it on
    wait $wrapper
    status=$?
    check "SIG$signal: status" status_is 0
    check "SIG$signal: an orderly end" in_order "Good day" "terminated"
done

# ---- a log -------------------------------------------------------------------------------------------------
echo 'gpr' >log.in
run -o machine.log -f machine.cnf <log.in
check "the log" cmp -s <(grep -v terminated out) <(grep -v terminated machine.log)
run -o /no/such/dir/log -f machine.cnf </dev/null
check "no log: status" status_is 1

# ---- a typewriter over TCP ------------------------------------------------------------------------------------
cat >remote.cnf <<END
CPUSERIAL 060305
CNSLPORT 0
LPARNAME ATELIER
000C 3505 $hello/hello.deck ebcdic
001F 3215
END
mkfifo commands
rm -f out
timeout 900 "$endicott" -f remote.cnf <commands >out 2>&1 &
emulator=$!
exec 3>commands
listens() { port=$(sed -n 's/HHC01024I .*port //p' out); [ -n "$port" ]; }
await listens
hear() {        # hear TEXT: read lines until one has it
    local line
    while IFS= read -r -t 120 line <&4; do
        case $line in *"$1"*) return 0 ;; esac
    done
    return 1
}
if check "a port" test -n "$port" && exec 4<>"/dev/tcp/127.0.0.1/$port"; then
    check "the greeting" hear "system ATELIER: console 001F, a 3215"
    exec 5<>"/dev/tcp/127.0.0.1/$port"
    IFS= read -r -t 120 line <&5
    line=${line#*C}             # behind what telnet asks
    check "a full house" test "C${line%?}" = "Connection rejected, no available console device"
    exec 5>&-
    echo "ipl 00c" >&3
    check "the guest greets" hear "Good day."
    check "the guest invites" hear "Type /help"
    echo "wait console 01F 'Type /help' 120 name invitation" >&3
    echo "wait psw wait 120" >&3
    echo "* the operator has heard it, too" >&3
    check "wait console of a typewriter elsewhere" await said "HHC01603I * the operator has heard it, too"
    check "the operator's paper has not" not_said "Good day."
    printf '\r\n' >&4
    printf 'whx\b\bho\r\n\377\373\001' >&4        # with a correction, and an option offered
    check "the guest answers" hear "060305"
    exec 4>&-
    again() { exec 4<>"/dev/tcp/127.0.0.1/$port" && hear "console 001F"; }
    check "another terminal" await again
    exec 4>&-
fi
echo quit >&3
exec 3>&-
wait $emulator
status=$?
check "typewriter: status" status_is 0

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
