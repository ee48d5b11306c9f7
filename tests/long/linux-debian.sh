#!/bin/bash
# Debian on a 3390: a root that debootstrap unpacked on the host is finished by the guest, zipl
# makes the disk bootable, and an IPL of the disk leads to systemd's login prompt. There apt, dpkg,
# gcc, python3 and openssl are put to work (debian-checks); then the operator's signal shuts down.
# An hour on a quiet host. KEEP=IMAGE keeps the disk.
. "$(dirname "$0")/linux.bash"
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
make_guest debian
list disk 'console=ttyS0'

# What OpenSSL answers on the host: the guest must find the same.
sed -n '/^seq 1 30000/,/^}/p' "$here/debian-checks" >words.sh
answers=$(bash -c '. ./words.sh; words | sha256sum' | cut -c1-40)
tar -cf checks.img -b 128 -C "$here" debian-checks

install_debian() {
    check "an image" "$endicott" dasd init -a -lfs volume 3390-3 LNX001 >/dev/null
    machine 1 1G "0120 3390 volume" "0121 9336 $guest/debian.img ro"
    begin "$work/disk.ins"
    say 300 "online" "online 0.0.0120 0.0.0121"
    say 1800 "dasdfmt" "dasdfmt -b 4096 -d cdl -y -l LNX001 /dev/dasda && fdasd -ak /dev/dasda"
    say 300 "mkfs" "mkfs.ext4 -q /dev/dasda1 && mount -t ext4 /dev/dasda1 /mnt"
    say 1800 "unpacked" "tar x -C /mnt -f /dev/dasdb"
    say 7000 "the second stage" "chroot /mnt /debootstrap/debootstrap --second-stage >/mnt/second.log"
    say 300 "a password" "echo root:endicott | chroot /mnt /usr/sbin/chpasswd"
    say 60 "proc, sys, dev" "mount -t proc proc /mnt/proc && mount -t sysfs sys /mnt/sys && mount -o bind /dev /mnt/dev"
    say 300 "zipl" "chroot /mnt /sbin/zipl -t /boot -i /boot/kernel -r /boot/initrd -P 'root=/dev/dasda1 console=ttyS0'"
    say 300 "unmounted" "umount /mnt/dev /mnt/sys /mnt/proc /mnt"
    power_off
    patience=14000
    check "Debian's second stage, zipl" run
    check "each step ended well" good 1 "$steps"
}

boot_debian() {
    machine 1 1G "0120 3390 volume" "0121 9336 $work/checks.img ro"
    cat >machine.rc <<'END'
ipl 120
wait console system 'login:' 1800 name 'the login prompt'
.root
wait console system 'Password:' 300 name 'the password'
.endicott
wait console system 'root@' 600 name 'a shell'
.chccwdev -e 0.0.0121; tar xf /dev/dasdb -C /root; /root/debian-checks
wait console system 'all checks are done' 9000 name 'the checks'
ssd
wait psw disabled 1200 name 'power is off'
quit
END
    check "Debian from its disk: login, checks, shut down" run
    local what
    for what in "the dependencies, by apt" "the packages, by dpkg" "the checksums of python, by dpkg" \
        "apt updates and installs" "gcc" "python's test_"{float,math,cmath,struct,long,complex,decimal} \
        "python's test_"{fractions,statistics} "openssl with and without CPACF"; do
        check "$what" grep -aq "^$what is good" log
    done
    check "openssl answers as on the host" grep -aq "openssl's answers: $answers" log
}

# A disk that was kept saves the installation.
if [ -e "${KEEP:-}" ]; then cp --sparse=always "$KEEP" volume; else install_debian; fi
[ -z "${KEEP:-}" ] || [ -e "$KEEP" ] || cp --sparse=always volume "$KEEP"
boot_debian
close_test
