#!/bin/bash
# OS/VS1 at a 3277: the starter system finds a display at 010 when it is loaded, makes it
# a console, and the operator works there. The system is looked for as in osvs1.sh.
. "$(dirname "$0")/s3270.bash"
. "$top/tests/acceptance/osvs1.subr"
vs1_or_end
endicott=$(realpath "$endicott")
vs1_machine
check "the volume is restored" vs1_restore

# To the end of initialization: the system sees two consoles, so it wants a hard copy.
cat >cold.rc <<'E'
ipl 150
wait console 01F 'IEA760A SPECIFY VIRTUAL STORAGE SIZE' 60
wait input 01F
/
wait console 01F 'IEA101A SPECIFY SYSTEM AND/OR SET PARAMETERS' 60
wait input 01F
/r 00,'auto=starter,page=(v=dliba1,blk=4096),q=(,f)'
wait console 01F 'IEA135A SPECIFY SYS1.DUMP' 60
wait input 01F
/
wait console 01F 'IEA150A SPECIFY HARDCPY' 60
wait input 01F
/r 00,'hardcpy=(01f,all,cmds)'
wait console 01F '*00 IEF068A  VOLUME DLIBA1 REQUIRES FORMATTING' 60
/r 00,formatv
wait console 01F '*01 IEC107D E 150,DLIBA1,MASTER,SCHEDULR,SYS1.SYSPOOL' 60
/r 1,u
wait console 01F '*02 IEC107D E 150,DLIBA1,MASTER,SCHEDULR,SYS1.SYSWADS' 60
/r 2,u
wait console 01F 'IEE048I INITIALIZATION COMPLETED' 60
wait console 01F 'IEF005I PARTITION WAITING FOR WORK' 60
message the system is up
E
token=Open-Sesame-1
printf '%s\n' "$(cat machine.cnf)" "CNSLPORT 0" "HTTP PORT 0" "HTTP TOKEN $token" "0010 3277" \
    "0011 3277" >screen.cnf
start screen.cnf
terminal op -model 3278-2-E
check "the operator's terminal" do_at op "Connect(10@127.0.0.1:$port)"
echo "script cold.rc" >&3
patience=600 check "the system is up" says "the system is up"

on_screen() { do_at op "Ascii()" && grep -qF -- "$1" <<<"$reply"; }
anywhere() { await on_screen "$1"; }    # anywhere TEXT: on the operator's screen
enter() { press op "String(\"$1\")" && do_at op "Enter()"; }
check "the console is a console" anywhere "010/01F"
check "what it may be asked" anywhere "IEE152I     ENTER     CANCEL     D C,K"
enter "d a"
check "D A is echoed" anywhere "- D A"
check "its display" anywhere "ACTIVE DISPLAY"
check "its table" anywhere "PNO JOBNAME  STEPNAME SUBT STAT"
enter "k e,d"
not_on_screen() { ! on_screen "$1"; }
check "the display is gone" await not_on_screen "PNO JOBNAME"
enter "d t"
check "the time" anywhere "IEE136I"
# A screen that is full rolls by itself, a second after.
enter "k s,del=r,con=n,rnum=5,rtme=001"
check "the screen rolls" anywhere "IEE163I MODE= R"
cp hello.jcl job.jcl
# It may only ask, until the master console gives it leave.
enter "s wtr,00e"
check "no authority" anywhere "AUTHORITY INVALID"
echo "/v 010,console,auth=all,rout=all" >&3
check "it has leave" says "010/01F      A   ALL"
echo "devinit 00c job.jcl ascii trunc eof" >&3
enter "s wtr,00e"
check "the writer" says "IEF868I 00E WTR WAITING FOR WORK"
enter "s rdr,00c"
check "the job from the screen runs" says "+HELLO FROM OS/VS1"
check "its output is announced on the screen" anywhere "IEF049I HELLO    ON DEVICE 00E"
# A console that goes away while something is written to it is the system's no longer: it is
# quiet when writer and partition wait again.
is_quiet() { do_at op "Ascii()" && [[ $reply == *IEF049I*IEF868I* && $reply == *IEF049I*IEF005I* ]]; }
check "the system is quiet" await is_quiet
echo "The operator's screen:"
do_at op "Ascii()" && grep -v '^ *$' <<<"$reply"
hang_up op

# The same console in the page's terminal. Its screen is new, so the operator asks for the
# console with PA2 (CANCEL), as one does at a display that was switched off and on; at once,
# while the system still reads the new screen.
page=$(sed -n 's/HHC20084I .*localhost:\([0-9]*\).*/\1/p' out)
screen='terminal.screen.text()'
free='!terminal.screen.locked'
if [ -n "$page" ] && command -v chromium >/dev/null && command -v python3 >/dev/null; then
    reply=$(timeout 900 "$top/tests/acceptance/browser" size 1200 800 \
        go "http://localhost:$page/#$token/terminal/0010/2" \
        until "$screen.includes('console 0010, a 3277')" \
        press 2 alt until "$screen.includes('IEE152I')" until "$free" \
        keys "browse" press Enter until "/IEE305I BROWSE +COMMAND INVALID/.test($screen)" \
        shot "${PICTURES:-.}/osvs1.png" print "$screen" 2>&1)
    check "OS/VS1's console in a browser" test $? -eq 0
    echo "The browser's screen:"
    grep -v '^ *$' <<<"$reply"
else
    echo "skipped: the console in a browser (packages chromium, python3)"
fi
stop
close_test
