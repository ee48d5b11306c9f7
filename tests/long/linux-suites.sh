#!/bin/bash
# The kernels of several Debians, each with the programs of its own suite (SUITES names others): from
# a list of files with two CPUs; zipl on a 3390 and an IPL from there, with a 3215 for its console; a
# deck of cards, with the VT220 terminal. What the kernels say must not be a complaint.
. "$(dirname "$0")/linux.bash"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

quiet() { ! grep -aE 'BUG:|WARNING|Oops|Call Trace|Unable to handle|Kernel panic|I/O error|self-test.*fail' log; }

# From a console by its prefix to a shell, and back by the operator's signal.
visit() {       # visit IPL CONSOLE PREFIX
    cat >machine.rc <<END
ipl $1
wait console $2 'guest is up after' 900 name 'a shell'
$3seq 1 20000 | sha256sum
wait console $2 '$(seq 1 20000 | sha256sum | cut -c1-40)' 60 name 'the checksum'
ssd
wait psw stopped 120 name 'power is off'
quit
END
}

story() {       # story SUITE
    local n=$steps
    SUITE=$1 guest=${GUESTS_LINUX:-$top/build}/guest-linux-$1
    make_guest disk
    rm -f volume* files.tar
    check "$SUITE: an image" "$endicott" dasd init -a -lfs volume 3390-1 LNX001 >/dev/null
    list disk 'console=ttyS0'
    printf 'conmode=3215 condev=0x0009' >line
    tar cf files.tar -b 128 kernel initrd line
    machine 2 512M "0120 3390 volume" "0122 9336 files.tar ro"

    begin "$work/disk.ins"
    say 60 "both CPUs are online" '[ `nproc` = 2 ]'
    say 120 "online" "online 0.0.0120 0.0.0122"
    say 900 "dasdfmt" "dasdfmt -b 4096 -d cdl -y -l LNX001 /dev/dasda"
    say 120 "fdasd" "fdasd -ak /dev/dasda"
    say 120 "a file system" "mkfs.ext4 -q /dev/dasda1 && mount -t ext4 /dev/dasda1 /mnt"
    say 120 "what is to be loaded" "cd /mnt && tar x -f /dev/dasdb"
    say 120 "zipl" 'cd /; zipl -t /mnt -i /mnt/kernel -r /mnt/initrd -P "$(cat /mnt/line)"'
    say 120 "no disk left" "umount /mnt"
    power_off
    check "$SUITE: a list of files, two CPUs" run
    check "$SUITE: each step ended well" good $((n + 1)) "$steps"
    check "$SUITE: no complaints" quiet

    machine 2 512M "0120 3390 volume" "0009 3215-C /"
    visit 120 0009 /
    check "$SUITE: from the 3390, a 3215" run
    check "$SUITE: from the 3390, no complaints" quiet

    printf 'console=ttyS1\0' >parm
    machine 2 512M "000C 3505 $work/kernel $work/parm $work/initrd ebcdic autopad eof"
    visit 00c system .
    check "$SUITE: from cards, the VT220 terminal" run
    check "$SUITE: from cards, no complaints" quiet
}

for suite in ${SUITES:-bookworm-backports trixie forky sid}; do story "$suite"; done
close_test
