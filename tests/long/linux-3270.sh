#!/bin/bash
# Debian's Linux with a 3270 for its console, s3270 at it: the kernel's messages, a shell, a
# command and its answer, scrolling, the clear key, then the operator's signal to shut down.
. "$(dirname "$0")/../acceptance/s3270.bash"
guest=${GUEST_LINUX:-$top/build/guest-linux${SUITE:+-$SUITE}}
if ! timeout 600 "$top/scripts/guest-linux" ${SUITE:+--suite "$SUITE"} "$guest" >guest.log 2>&1; then
    tail -n 3 guest.log
    echo "skipped: Debian's packages for s390x can't be had here"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
cp "$guest"/{kernel,guest.ins,initrd,initrd.place} .
printf 'conmode=3270 condev=0x00c0\0' >parm
cat >machine.cnf <<'END'
ARCHMODE z/Arch
MAINSIZE 512M
CPUSERIAL 002623
CPUMODEL 2097
OSTAILOR QUIET
CNSLPORT 0
00C0 3270
END

# The terminal has two views, that of the kernel's messages and that of the shell: PF 3 leads
# from one to the other, and a message brings its own.
on_screen() { do_at a "Ascii()" && grep -qF -- "$1" <<<"$reply"; }
in_shell() {
    on_screen "$1" && ! grep -qF "console view" <<<"$reply" && return
    grep -qF "console view" <<<"$reply" && do_at a "PF(3)" && do_at a "Wait(10,Unlock)"
    return 1
}
# type TEXT: as a line of the shell's, whatever view there was.
type_line() {
    await in_shell ">"
    do_at a "String(\"$1\")" && do_at a "Enter()"
}

start machine.cnf
terminal a -model 3279-2 -codepage 1047
check "connected" do_at a "Connect(127.0.0.1:$port)"
echo "ipl guest.ins" >&3
patience=400
check "the kernel's messages" await on_screen "console view"
check "a shell" await in_shell "guest is up after"
patience=120
type_line "seq 1 20000 | sha256sum"
check "an answer" await in_shell "$(seq 1 20000 | sha256sum | cut -c1-40)"
type_line "seq 1 100; echo \$((6*7))nd"
check "a screenful of answers" await in_shell "42nd"
do_at a "Clear()"
type_line "echo still \$((2*21))"
check "a shell after the clear key" await in_shell "still 42"
echo ssd >&3
check "the signal to shut down: power is off" says HHC00809I
stop
close_test
