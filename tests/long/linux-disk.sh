#!/bin/bash
# Debian's Linux and a 3390: online, dasdfmt, fdasd, mkfs.ext4, a copy of 200 MB, compared
# after the caches are empty, fsck clean. Then the emulator is killed while the guest writes: the
# journal is replayed, fsck is clean, and what the guest had synced is there. Plain and compressed.
. "$(dirname "$0")/linux.bash"
work=$(mktemp -d) || exit 1
trap 'kill -9 $emulator 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
make_guest disk
list disk 'console=ttyS0'
sum=$(for i in $(seq 35); do seq 1 100000; done | sha256sum | cut -c1-40)

fill='seq 1 100000 >/tmp/seq; for i in $(seq 35); do cat /tmp/seq; done >/tmp/piece'
fsck='e2fsck -fn /dev/dasda1'

story() {       # story WHAT OPTION...: with an image that dasdinit makes with these options
    local what=$1 n=$steps
    shift
    rm -f volume*
    check "$what: an image" "$endicott" dasd init -a "$@" volume 3390-3 LNX001 >/dev/null
    machine 2 512M "0120 3390 volume"

    begin "$work/disk.ins"
    say 120 "online" "online 0.0.0120"
    say 900 "dasdfmt" "dasdfmt -b 4096 -d cdl -y -l LNX001 /dev/dasda"
    say 120 "fdasd" "fdasd -ak /dev/dasda"
    say 120 "mkfs" "mkfs.ext4 -q /dev/dasda1"
    say 120 "mount" "mount -t ext4 /dev/dasda1 /mnt"
    say 300 "a piece" "$fill; sha256sum /tmp/piece | grep -q ^$sum"
    say 900 "200 MB" 'for i in 1 2 3 4 5 6 7 8 9 10; do cat /tmp/piece; done >/mnt/a && sync'
    say 900 "a copy" 'cp /mnt/a /mnt/b && [ $(wc -c </mnt/b) -gt 200000000 ]'
    say 900 "the copy is the same" 'umount /mnt; mount -t ext4 /dev/dasda1 /mnt && cmp /mnt/a /mnt/b'
    say 900 "fsck" "umount /mnt; $fsck"
    power_off
    check "$what: formatted, copied, checked" run
    check "$what: each step ended well" good $((n + 1)) "$steps"

    # Killed while it writes.
    begin "$work/disk.ins"
    n=$steps
    say 120 "online" "online 0.0.0120; mount -t ext4 /dev/dasda1 /mnt"
    say 300 "a piece" "$fill"
    echo '.for i in $(seq 40); do cp /tmp/piece /mnt/c$i; sync; echo synced $i; done' >>machine.rc
    echo "wait console system 'synced 40' 900" >>machine.rc
    : >log
    "$endicott" -d -f machine.cnf -r machine.rc </dev/null >log 2>&1 &
    emulator=$!
    patience=900
    check "$what: files are written" await grep -aq '^synced 5' log
    sleep 0.$((RANDOM % 900 + 100))
    kill -9 $emulator
    wait $emulator 2>/dev/null
    local synced
    synced=$(sed -n 's/^synced \([0-9][0-9]*\).*/\1/p' log | tail -n 1)
    check "$what: killed while it wrote" test "$synced" -lt 40

    begin "$work/disk.ins"
    n=$steps
    say 120 "online" "online 0.0.0120; mount -t ext4 /dev/dasda1 /mnt"
    say 60 "the journal is replayed" "dmesg | grep -q 'recovery complete'"
    say 300 "what was synced is there" \
        "$fill; for i in \$(seq $synced); do cmp /tmp/piece /mnt/c\$i || exit 1; done"
    say 300 "and what was there before" "cmp /mnt/a /mnt/b"
    say 300 "fsck" "umount /mnt; $fsck"
    power_off
    check "$what: started again" run
    check "$what: after the kill, each step ended well" good $((n + 1)) "$steps"
    check "$what: the image is sound" "$endicott" dasd check volume >/dev/null
}

story "plain" -lfs
story "compressed" -z
close_test
