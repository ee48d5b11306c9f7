#!/bin/bash
# The logo of Nestor on local 3270 displays: LOGON, a program, a message to another, Nestor in a
# machine of Nestor's, LOGOFF.
. "$(dirname "$0")/s3270.bash"
cp "$top/guests/nestor/nestor.deck" .
cat >machine.cnf <<'E'
CPUMODEL 3033
MAINSIZE 16
CNSLPORT 0
000C 3505 nestor.deck ebcdic
001F 3215-C / noprompt
00C0.3 3270
E
sees_not() { do_at "$1" "Ascii()" && ! grep -qF -- "$2" <<<"$reply"; }
# A text is somewhere on the screen.
sees() { do_at "$1" "Ascii()" && grep -qF -- "$2" <<<"$reply"; }
sees_soon() { await sees "$@"; }
sees_twice() { do_at "$1" "Ascii()" && [ "$(grep -cF -- "$2" <<<"$reply")" -ge 2 ]; }
type_at() { do_at "$1" "Wait(120,Unlock)"; do_at "$1" "String(\"$2\")" && press "$1" "Enter()"; }

start machine.cnf
echo "ipl 00c" >&3
check "the operator is there" says "LOGON COMPLETE"
terminal a -model 3279-2
check "a connects" do_at a "Connect(C0@127.0.0.1:$port)"
check "the logo" sees_soon a "*   * ***** ***** ***** ***** ****"
check "an invitation" sees_soon a "LOGON NAME"
type_at a "logon alice"
check "LOGON" sees_soon a "LOGON COMPLETE"
check "the status line" sees_soon a "NESTOR 1 ALICE    STOPPED"
terminal b -model 3278-2
check "b connects" do_at b "Connect(C1@127.0.0.1:$port)"
check "its logo" sees_soon b "LOGON NAME"
type_at b "logon bob"
check "a second user" sees_soon b "LOGON COMPLETE"
type_at b "ipl greeting"
check "a program" sees_soon b "HELLO FROM LEVEL 1"
type_at b "message alice good morning"
check "a message" sees_soon a "MESSAGE FROM BOB      GOOD MORNING"
type_at a "ipl nestor"
check "Nestor at level 2" await sees_twice a "LOGON COMPLETE"
check "it runs" sees_soon a "NESTOR 1 ALICE    RUNNING"
type_at a "query level"
check "it knows" sees_soon a "NESTOR AT LEVEL 2"
type_at a "ipl greeting"
check "a program there" sees_soon a "HELLO FROM LEVEL 2"
type_at a "#stop"
check "a command for level 1" sees_soon a "ALICE    STOPPED"
type_at a "logoff"
check "the logo again" sees_soon a "NESTOR. LOGON NAME"
hang_up b
terminal b -model 3278-2
check "b is back" do_at b "Connect(C1@127.0.0.1:$port)"
check "at the logo" sees_soon b "LOGON NAME"
type_at b "logon bob"
check "and at its machine" sees_soon b "RECONNECTED"
check "with its state" sees_soon b "NESTOR 1 BOB      STOPPED"

# A display given to a machine; a program that has the whole screen of its user's display.
echo "/attach 0c1" >&3
check "a display where somebody is logged on stays" says "ATTACHED ELSEWHERE"
hang_up b
"$top/guests/assemble" "$top/guests/terminal/attributes.s" attributes.deck 0x400 -I "$top/guests/terminal"
"$top/guests/assemble" "$top/guests/nestor/checks/full-screen.s" full.deck 0x400 \
    -I "$top/guests/tests" -I "$top/guests/terminal"
type_at a "logon alice"
check "ALICE again" sees_soon a "LOGON COMPLETE"
echo "devinit 00c full.deck ebcdic" >&3
check "a deck" says "0:000C device initialized"
type_at a "attach 00c"
check "the reader" sees_soon a "ATTACHED"
type_at a "ipl 00c"
check "lines" sees_soon a "THE FIRST OF TWO LINES"
press a "Enter()"
check "a whole screen" sees_soon a "A WHOLE SCREEN. YOU TYPED: NOTHING"
type_at a "some words"
check "what was typed" sees_soon a "YOU TYPED: some words"
echo "/message alice hello" >&3
check "a message comes between" sees_soon a "MESSAGE FROM OPERATOR HELLO"
press a "Clear()"
check "the screen again" sees_soon a "A WHOLE SCREEN. YOU TYPED: some words"
press a "PA(1)"
check "PA1: Nestor" sees_soon a "NESTOR 1 ALICE    RUNNING"
type_at a "#query level"
check "a command meanwhile" sees_soon a "NESTOR AT LEVEL 1"
press a "Clear()"
check "and back" sees_soon a "A WHOLE SCREEN"
press a "Clear()"
check "CLEAR ends it" sees_soon a "DISABLED WAIT, PSW 00020000 00000000"
terminal c -model 3279-2
check "c connects" do_at c "Connect(C2@127.0.0.1:$port)"
check "its logo" sees_soon c "LOGON NAME"
echo "devinit 00c attributes.deck ebcdic" >&3
type_at a "detach 00c"
check "the reader is free" sees_soon a "DETACHED"
echo "/attach 00c" >&3
echo "/attach 0c2" >&3
echo "/query virtual" >&3
check "a display of its own" says "00C2 DISPLAY ON 00C2"

# A display that the machine drives itself: START I/O to what DEFINE GRAF makes of the user's terminal.
type_at a "ipl screen"
check "the machine has the screen" sees_soon a "A SCREEN OF ITS OWN. YOU TYPED: NOTHING"
type_at a "some words"
check "it has read what was typed" sees_soon a "YOU TYPED: some words"
press a "Clear()"
check "CLEAR is a key for it" sees_soon a "YOU TYPED: some words"
echo "/message alice good evening" >&3
check "a message takes the screen" sees_soon a "MESSAGE FROM OPERATOR GOOD EVENING"
press a "Clear()"
check "and CLEAR gives it back" sees_soon a "YOU TYPED: some words"
press a "PA(1)"
check "PA1: Nestor" sees_soon a "NESTOR 1 ALICE    RUNNING"
type_at a "#query virtual"
check "the machine's display" sees_soon a "00C0 DISPLAY"
type_at a "#begin"
check "BEGIN gives it back, too" sees_soon a "YOU TYPED: some words"
hang_up a
terminal a -model 3278-2
check "a is back" do_at a "Connect(C0@127.0.0.1:$port)"
check "at the logo" sees_soon a "LOGON NAME"
type_at a "logon alice"
check "at Nestor's screen" sees_soon a "RECONNECTED"
type_at a "begin"
check "and at the machine's" sees_soon a "YOU TYPED: some words"
press a "PF(3)"
check "PF3 ends it" sees_soon a "DISABLED WAIT, PSW 00020000 00000000"
type_at a "define console as 009 3270"
check "a console of that kind" sees_soon a "DEFINED"
type_at a "query virtual"
check "it is one" sees_soon a "0009 DISPLAY"
stop

# A password that is asked for is not shown; MORE... and HOLDING; PF keys; SLEEP.
cat >users.txt <<'E'
USER OPERATOR 8M
CONSOLE 01F 3215
SPOOL 00E 1403
USER ALICE 8M
CONSOLE 01F 3215
USER BOB 16M
CONSOLE 01F 3215
USER CAROL SECRET 1M
CONSOLE 01F 3215
E
printf 'NESDIR 3350 10\nNESTOR.DIRECT TEXT users.txt TRK 1 1 0 PS F 80 80\n' >users.ctl
"$endicott" dasd create -f users.ctl directory.301 >dasd.log 2>&1
echo "0301 3350 directory.301" >>machine.cnf
start machine.cnf
echo "ipl 00c" >&3
check "the operator again" says "LOGON COMPLETE"
terminal b -model 3278-2
check "b once more" do_at b "Connect(C1@127.0.0.1:$port)"
check "the logo again, for b" sees_soon b "LOGON NAME"
type_at b "logon carol"
check "a password is asked for" sees_soon b "ENTER PASSWORD:"
do_at b "Wait(120,Unlock)"
do_at b "String(\"secret\")"
do_at b "ReadBuffer(Ascii)"
check "in a field that is not displayed" grep -q "SF(c0=cd)" <<<"$reply"
press b "Enter()"
check "and taken" sees_soon b "LOGON COMPLETE"
check "it is nowhere" sees_not b "secret"
type_at b "help"
check "twenty lines" sees_soon b "TWO OF THEM: ONE IS"
check "no more than a screen" sees_not b "MORE..."
type_at b "query level#query set#query level#help"
check "more than a screen" sees_soon b "MORE..."
press b "Enter()"
check "it stays" sees_soon b "HOLDING"
press b "Enter()"
check "or not for long" sees_soon b "MORE..."
press b "PA(2)"
check "the rest" sees_soon b "TWO OF THEM: ONE IS"
type_at b "set pf1 immed query level"
type_at b "set pf2 delayed message op good morning"
type_at b "set pf3 retrieve"
press b "Clear()"
press b "PF(1)"
check "PF1 does it" sees_soon b "NESTOR AT LEVEL 1"
press b "PF(14)"
check "PF14 as PF2: to be seen" sees_soon b "message op good morning"
press b "Enter()"
check "and sent" says "MESSAGE FROM CAROL    GOOD MORNING"
press b "Clear()"
press b "PF(3)"
check "PF3: the last line" sees_soon b "message op good morning"
type_at b " to all"
check "and more of it" says "GOOD MORNING TO ALL"
press b "PF(4)"
check "PF4" sees_soon b "PF4 HAS NO MEANING"
type_at b "query time"
check "the time it has had" sees_soon b "PROCESSOR TIME 0."
echo "/query time" >&3
check "and the operator" says "PROCESSOR TIME 0."
type_at b "ipl masks"
type_at b "#sleep"
check "it sleeps" sees_soon b "CAROL    STOPPED"
press b "Enter()"
check "it goes on" sees_soon b "CAROL    RUNNING"
type_at b "#logoff"
check "and ends" sees_soon b "LOGON NAME"
hang_up b
stop
close_test
