#!/bin/bash
# Debian's own s390x kernel: from a list of files with two CPUs at the system console, where devices,
# paths, storage and a CPU come and go and the guest loads itself again; with a 3215 for its console, and from a deck of cards with the VT220 terminal. What takes long is in
# tests/long. The guest comes by the network; without
# that (or with ENDICOTT_LINUX=no) there is nothing to see.
top=$(cd "$(dirname "$0")/../.." && pwd)
endicott=$(realpath "${ENDICOTT:-$top/build/endicott}")
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

guest=$top/build/guest-linux
if [ "${ENDICOTT_LINUX:-yes}" = no ] || ! timeout 300 "$top/scripts/guest-linux" "$guest" >guest.log 2>&1; then
    tail -n 3 guest.log 2>/dev/null
    echo "skipped: Debian's packages for s390x can't be had here"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi

# check TEXT: did the run end well? Its log is `log`.
check() {
    if [ "$status" -eq 0 ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "not so: $1 (exit status $status)"
        tail -n 30 log
    fi
}
run() { timeout 600 "$endicott" -d -f machine.cnf -r machine.rc </dev/null >log 2>&1; status=$?; }
has() {
    if grep -aq -- "$2" log; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "not so: $1"
    fi
}

# machine CPUS [STATEMENT...]
machine() {
    local cpus=$1
    shift
    printf '%s\n' 'ARCHMODE z/Arch' 'MAINSIZE 512M' 'CPUSERIAL 002623' 'CPUMODEL 2097' \
        "NUMCPU $cpus" 'OSTAILOR QUIET' 'CNSLPORT 0' "$@" >machine.cnf
}
parameters() { printf '%s\0' "$1" >parm; }
cp "$guest/kernel" "$guest/initrd" "$guest/initrd.place" "$guest/guest.ins" .

# A checksum that the guest must find, too.
seq 1 20000 | sha256sum | cut -c1-40 >golden

parameters 'console=ttyS0'
machine 2 'STANDBYSIZE 256M'
cat >machine.rc <<END
ipl $work/guest.ins
wait console system 'guest is up after' 400 name 'a shell at the system console'
.nproc
wait console system /^2/ 60 name 'both CPUs are online'
.seq 1 20000 | sha256sum
wait console system '$(cat golden)' 60 name 'the checksum'
.until [ -e /sys/bus/ccw/devices/0.0.0120 ]; do sleep 0.1; done; echo come=\$?
attach 0120 3270
wait console system /^come=0/ 120 name 'a device that was attached'
.cd /sys/devices/css0; chp() { echo \$1 >chp0.01/configure; read a b c <0.0.0000/pimpampom; echo path\$1=\$b; }
.chp 0
wait console system /^path0=00/ 120 name 'a channel path that goes to standby'
.chp 1
wait console system /^path1=80/ 120 name 'a channel path that comes back'
.while [ -e /sys/bus/ccw/devices/0.0.0120 ]; do sleep 0.1; done; echo gone=\$?
detach 0120
wait console system /^gone=0/ 120 name 'a device that was detached'
.cd /sys/devices/system/cpu/cpu1; echo 0 >online; echo 0 >configure; nproc
.echo 1 >configure; echo 1 >online; echo cpus=\`nproc\`
wait console system /^cpus=2/ 120 name 'a CPU that goes and comes'
.cd /sys/devices/system/memory/memory2; head -n 1 /proc/meminfo
.echo online_movable >state; echo kilobytes=\`awk '{ print (\$2 > 700000); exit }' /proc/meminfo\`
wait console system /^kilobytes=1/ 120 name 'storage that was in standby'
.echo offline >state; echo again=\`cat state\`
wait console system /^again=offline/ 120 name 'storage that goes to standby'
.reboot -f
wait console system 'guest is up after' 400 name 'loaded again by itself'
.poweroff -f
wait psw stopped 60 name 'power is off'
quit
END
run
check "Linux from a list of files, two CPUs, system console; what comes and goes, loaded again"
has "Linux runs natively" 'Linux is running natively in 64-bit mode'

parameters 'conmode=3215 condev=0x0009'
machine 1 '0009 3215-C /'
cat >machine.rc <<END
ipl $work/guest.ins
wait console 0009 'guest is up after' 400 name 'a shell at the 3215'
/seq 1 20000 | sha256sum
wait console 0009 '$(cat golden)' 60 name 'the checksum'
ssd
wait console 0009 'shuts down' 60 name 'the signal has come'
wait psw disabled 60 name 'power is off'
quit
END
run
check "Linux at a 3215, shut down by the operator's signal"

parameters 'console=ttyS1'
machine 1 "000C 3505 $work/kernel $work/parm $work/initrd ebcdic autopad eof"
sed -i -e 's/^ipl .*/ipl 00c/' -e 's/console 0009/console system/' -e 's/^\//./' machine.rc
run
check "Linux from a deck of cards, at the VT220 terminal"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
