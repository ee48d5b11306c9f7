#!/bin/sh
# Nestor on a processor that has the virtual-machine assist: all of nestor.sh must be the same, the
# stand-alone guest tests on levels 1, 2 and 3 among it; and the processor did assist.
#
#   tests/acceptance/nestor-assist.sh [endicott program]
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
endicott=$(realpath "${1:-${ENDICOTT:-$top/build/endicott}}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

NESTOR_ASSIST=YES "$top/tests/acceptance/nestor.sh" "$endicott" >"$work/log" 2>&1
sed '$d' "$work/log"
set -- $(tail -n 1 "$work/log" | tr -dc '0-9 ')
passed=${1:-0} failed=${2:-1} skipped=${3:-0}

# What each function did for a machine with Nestor in it: calls, and those that were executed.
cd "$work" || exit 1
cat >machine.cnf <<END
CPUMODEL 3033
MAINSIZE 16
ECPSVM   YES
000C 3505 $top/guests/nestor/nestor.deck ebcdic
001F 3215-C /
END
cat >stats.rc <<'END'
ipl 00c
wait console 01F 'LOGON COMPLETE'
/ipl masks
wait console 01F 'DISABLED WAIT' 60
/ipl nestor
wait console 01F 'LOGON COMPLETE'
/ipl greeting
wait console 01F 'HELLO FROM LEVEL 2'
ecpsvm stats
quit
END
timeout 300 "$endicott" -V -f machine.cnf -r stats.rc </dev/null >stats.log 2>&1
for function in SSM LPSW LRA; do
    if awk -v name=$function '$3 == name && $7 > 0 { found = 1 } END { exit !found }' stats.log; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not so: $function is assisted"
        grep HHC0170 stats.log
    fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
