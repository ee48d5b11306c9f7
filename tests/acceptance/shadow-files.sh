#!/bin/bash
# The operator's sf commands on disks of a running machine, and what they leave behind.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
endicott=$(realpath "${1:-${ENDICOTT:-$top/build/endicott}}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

passed=0 failed=0
expect() {  # a description, then a command
    what=$1; shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $what"; fi
}
said() { grep -q -e "$1" log; }

"$endicott" dasdinit -z base.150 3330 AAAAAA 5 >/dev/null
"$endicott" dasdinit64 -z wide.151 3350 BBBBBB 5 >/dev/null
"$endicott" dasdinit -z fba.152 3370 CCCCCC 5000 >/dev/null
"$endicott" dasdinit plain.153 3330 DDDDDD 2 >/dev/null
chmod a-w base.150
cat >machine.cnf <<'END'
MAINSIZE 2
0150 3330 base.150 ro sf=s150_*
0151 3350 wide.151 sf=s151_*.dsk
0152 3370 fba.152 sf=s152_*
0153 3330 plain.153 sf=s153_*
END
"$endicott" -f machine.cnf >log 2>&1 <<'END'
sf+*
sfd *
sfk* 3
sfc151
sf-151 nomerge
sf- 152
sf-150 merge
sf-150
sf-151
sf-150 rubbish
sf+153
sf+
sfk 150 9
devlist dasd
quit
END
expect "a base that is read only got a shadow file" test -f s150_1
expect "its second one was merged" test ! -f s150_2
expect "the first was not, into a base that is read only" said "HHC00326E 0:0150.*\`force\`"
expect "three disks were worked on" said "HHC00316I CCKD file number of devices processed: 3"
expect "nothing is wrong" test "$(grep -c 'level 3 complete; errors=0' log)" = 3
expect "compressed" said "HHC00359I 0:0151 CCKD file s151_1.dsk"
expect "thrown away" said "HHC00325I 0:0151 CCKD file\[1\] s151_1.dsk: shadow file successfully removed"
expect "it is gone" test ! -f s151_1.dsk
expect "merged, with a blank behind the sign" said "HHC00325I 0:0152 .* s152_1: .* merged"
expect "a base stays" said "HHC00326E 0:0151.*wide.151 is the base"
expect "a plain disk has none" said "HHC00317E 0:0153"
expect "and said so" said "HHC00469W 0:0153"
expect "usage is shown for wrong operands" test "$(grep -c HHC02299E log)" = 3
expect "devlist tells" said "base.150 \[5 cyls, compressed, 1 shadow file\]"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
