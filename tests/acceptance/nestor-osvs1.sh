#!/bin/bash
# OS/VS1 in a machine of Nestor's: the cold start of tests/acceptance/osvs1.sh and its job, on the
# bare machine and on Nestor; the same lines on the console and the same listing, but for times.
#
#   tests/acceptance/nestor-osvs1.sh [endicott program]      $ENDICOTT: the program, too
#
# Level 1 is the default; others by name, as in NESTOR_LEVELS="1 2 3" (3: a few minutes).
. "$(dirname "$0")/check.subr"
. "$top/tests/acceptance/osvs1.subr"
vs1_or_end

story() {       # story NAME LEVEL: each wait of NAME.rc is a test
    rm -f prt00e.txt
    cp restored.150 dliba1.150
    timeout 2000 "$endicott" -V -f "$1.cnf" -r "$1.rc" </dev/null >"$1.log" 2>&1
    status=$?
    waits=$(grep -c '^wait' "$1.rc")
    seen=$(grep -c '^HHC01603I wait' "$1.log")
    vain=$(grep -c '^HHC20053E' "$1.log")
    passed=$((passed + seen - vain)) failed=$((failed + waits - seen + vain))
    [ $status -eq 0 ] || grep -v HHC00801I "$1.log" | tail -n 15
    check "$1: exit status $status" [ $status -eq 0 ]
    cp prt00e.txt "$1.listing"
}

vs1_machine
mv machine.cnf bare.cnf
sed "s|^000C .*|000C 3505 $top/guests/nestor/nestor.deck ebcdic|; s/^MAINSIZE.*/MAINSIZE 16\nECPSVM ${NESTOR_ASSIST:-NO}/" bare.cnf >nestor1.cnf
cp nestor1.cnf nestor2.cnf
cp nestor1.cnf nestor3.cnf

# The disk is restored on the bare machine.
"$endicott" dasdinit -a dliba1.150 3330 DLIBA1 >dasdinit.log 2>&1
check "dasdinit" [ $? -eq 0 ]
vs1_script restore >restore.rc
timeout 300 "$endicott" -V -f bare.cnf -r restore.rc </dev/null >restore.log 2>&1
check "restored" [ $? -eq 0 ]
mv dliba1.150 restored.150

vs1_script cold | sed '/^checksum/d' >bare.rc
attach() {
    for device in 00c 00d 00e 480 150; do
        echo "/attach $device"
        echo "wait console 01F 'ATTACHED'"
    done
}
{
    echo "ipl 00c"
    echo "wait console 01F 'LOGON COMPLETE'"
    attach
    echo "/ipl 150"
    sed '/^ipl 150/d' bare.rc
} >nestor1.rc

# Nestor in a machine of Nestor's, and VS1 in a machine of that one; and one deeper.
for level in 2 3; do
    {
        echo "ipl 00c"
        echo "wait console 01F 'LOGON COMPLETE'"
        echo "/define storage 16m"
        echo "wait console 01F 'CLEARED'"
        attach
        echo "/ipl nestor"
        sed -n '2,$p' nestor$((level - 1)).rc
    } >nestor$level.rc
done

# What is said, without what tells the time or the emulator.
said() {
    sed -n '/IEA760A SPECIFY/,$p' "$1" | grep -v '^HHC' |
        sed 's/CLOCK=..\...\.../CLOCK=/; s/TIME=..\...\.../TIME=/; s/^[0-9]* 8000/8000/; s/^ *//' | sort
}
listing() { sed 's/T[0-9]\{6\}\.RF/T.RF/; s/TIME=[0-9.]*/TIME=/; s/\(ASM [0-9]*\) [0-9][0-9]\.[0-9][0-9]/\1/' "$1"; }

story bare
for level in ${NESTOR_LEVELS:-1}; do
    story nestor$level
    said bare.log >expected
    said nestor$level.log >seen
    check "level $level: the console has the same lines" diff expected seen
    listing bare.listing >expected
    listing nestor$level.listing >seen
    check "level $level: the printer has the same listing" diff expected seen
done

finish
