# For the long stories with Debian's Linux: the guest, a machine, checks. Sourced. SUITE in the
# environment is another Debian than the one of the usual tests: SUITE=trixie scripts/test linux-disk
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$top/tests/acceptance/await.bash"
endicott=$(realpath "${ENDICOTT:-$top/build/gcc/endicott}")
guest=${GUEST_LINUX:-$top/build/guest-linux${SUITE:+-$SUITE}}
passed=0 failed=0

# make_guest [disk | debian]: without the network there is nothing to see.
make_guest() {
    timeout 3000 "$top/scripts/guest-linux" ${SUITE:+--suite "$SUITE"} "$guest" "$@" >guest.log 2>&1 && return
    tail -n 3 guest.log
    echo "skipped: Debian's packages for s390x can't be had here"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}

# check WHAT COMMAND...
check() {
    local what=$1
    shift
    if "$@"; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "not so: $what"
        [ -f log ] && tail -n 30 log
    fi
}
close_test() { echo "$passed passed, $failed failed"; [ "$failed" -eq 0 ]; }

# machine CPUS SIZE [STATEMENT...]
machine() {
    local cpus=$1 size=$2
    shift 2
    printf '%s\n' 'ARCHMODE z/Arch' "MAINSIZE $size" 'CPUSERIAL 002623' 'CPUMODEL 2097' \
        "NUMCPU $cpus" 'OSTAILOR QUIET' 'CNSLPORT 0' "$@" >machine.cnf
}

# The list of files with these parameters for the kernel.
list() {        # list guest | disk PARAMETERS
    cp "$guest/kernel" "$guest/$1.ins" "$guest"/*initrd* .
    printf '%s\0' "$2" >parm
}

# A script in machine.rc is written by lines: say COMMAND gives the guest's shell a command and
# waits for it to end well.
steps=0
begin() { echo "ipl $1" >machine.rc; until_console 'guest is up after' 900 "a shell"; }
until_console() { echo "wait console system '$1' $2 name '$3'" >>machine.rc; }
say() {         # say SECONDS NAME COMMAND
    steps=$((steps + 1))
    printf '%s\n' ".( $3 ) && echo step-$steps-is-good || echo step-$steps-is-bad" \
        "wait console system /^step-$steps-is-/ $1 name '$2'" >>machine.rc
}
power_off() { printf '%s\n' '.poweroff -f' "wait psw stopped 120 name 'power is off'" quit >>machine.rc; }

run() { timeout "${patience:-1500}" "$endicott" -d -f machine.cnf -r machine.rc </dev/null >log 2>&1; }
good() { local n; for n in $(seq "$1" "$2"); do grep -aq "^step-$n-is-good" log || return 1; done; }
