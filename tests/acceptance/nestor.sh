#!/bin/sh
# Nestor, the virtual-machine monitor of guests/nestor, under Endicott in virtual time: what its
# users see, five levels deep, and the stand-alone guest tests in its machines.
#
#   tests/acceptance/nestor.sh [endicott program]      $ENDICOTT: the program, too
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
endicott=$(realpath "${1:-${ENDICOTT:-$top/build/endicott}}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

passed=0 failed=0 skipped=0
check() {       # check WHAT CONDITION...
    what=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $what"; fi
}

# Run a script of commands; each of its waits is a test.
story() {       # story NAME: NAME.rc on machine.cnf
    timeout 300 "$endicott" -V -s NESTOR="$top/guests/nestor" -f "${2:-$top/guests/nestor/machine.cnf}" \
        -r "$1.rc" </dev/null >"$1.log" 2>&1
    status=$?
    waits=$(grep -c '^wait' "$1.rc")
    seen=$(grep -c '^HHC01603I wait' "$1.log")
    vain=$(grep -c '^HHC20053E' "$1.log")
    passed=$((passed + seen - vain)) failed=$((failed + waits - seen + vain))
    [ $status -eq 0 ] || grep -v HHC00801I "$1.log" | tail -n 15
    check "$1: exit status $status" [ $status -eq 0 ]
}

# ---- the deck is what its sources say ----------------------------------------------------
if command -v s390x-linux-gnu-as >/dev/null; then
    "$top/guests/nestor/build" nestor.deck
    check "guests/nestor/nestor.deck is made from its sources" cmp nestor.deck "$top/guests/nestor/nestor.deck"
else
    echo "skipped: no cross assembler (binutils-s390x-linux-gnu)"
    skipped=1
fi

# ---- five levels deep ------------------------------------------------------------------------
{
    echo "ipl 00c"
    echo "wait console 01F 'LOGON COMPLETE'"
    for level in 1 2 3 4 5; do
        echo "/ipl greeting"
        echo "wait console 01F 'HELLO FROM LEVEL $level'"
        echo "wait console 01F 'DISABLED WAIT'"
        echo "/ipl nestor"
        echo "wait console 01F 'LOGON COMPLETE'"
    done
    echo quit
} >levels.rc
story levels

# ---- another user ------------------------------------------------------------------------------
cat >users.rc <<'END2'
ipl 00c
wait console 009 'NESTOR'
%ipl greeting
wait console 009 'LOGON FIRST'
%logon nobody
wait console 009 'NOT IN THE DIRECTORY'
%logon alice
wait console 009 'LOGON COMPLETE'
%ipl nestor
wait console 009 'LOGON COMPLETE'
/ipl greeting
wait console 01F 'HELLO FROM LEVEL 1'
%ipl greeting
wait console 009 'HELLO FROM LEVEL 2'
quit
END2
story users

# ---- the stand-alone guest tests, on levels 1, 2 and 3 ---------------------------------------------
# Each ends in a disabled wait with address 0 if it finds everything as the manual has it.
if command -v s390x-linux-gnu-as >/dev/null; then
    # A machine has one processor: processors.s is about two.
    for source in "$top"/guests/tests/*.s; do
        name=$(basename "$source" .s)
        [ "$name" != processors ] || continue
        "$top/guests/assemble" "$source" "$name.deck" 0x400 -I "$top/guests/tests"
        {
            echo "ipl 00c"
            echo "wait console 01F 'LOGON COMPLETE'"
            echo "devinit 00c $name.deck ebcdic"
            for level in 1 2 3; do
                echo "/attach 00c"
                echo "wait console 01F 'ATTACHED'"
                echo "/ipl 00c"
                echo "wait console 01F 'DISABLED WAIT, PSW 00020000 00000000'"
                echo "devinit 00c $name.deck ebcdic"
                [ $level = 3 ] || echo "/ipl nestor"
                [ $level = 3 ] || echo "wait console 01F 'LOGON COMPLETE'"
            done
            echo quit
        } >"$name.rc"
        story "$name"
    done
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
