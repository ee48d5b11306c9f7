#!/bin/bash
# Bad input: damaged disks and tapes, configurations with every kind of error, decks and
# channel programs of noise, commands with wrong operands. Each gets a clear message and
# an orderly end; nothing crashes or hangs, and media that were only read are unchanged.
#
# Uses the program built with sanitizers, $ENDICOTT_SANITIZED, if there is one.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/acceptance/await.bash"
endicott=${1:-${ENDICOTT_SANITIZED:-${ENDICOTT:-$top/build/endicott}}}
endicott=$(realpath "$endicott")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export ASAN_OPTIONS=abort_on_error=0:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1

trouble() { last_lines 12 out; }
run() { timeout -s KILL 60 "$endicott" "$@" >out 2>&1; status=$?; }
orderly() { [ $status -le 1 ] && ! grep -aq 'Sanitizer\|runtime error' out; }
said() { grep -aqE -- "$1" out; }

# noise SEED LENGTH: bytes, the same for the same seed.
noise() { perl -e 'srand(shift); print pack("C*", map { int rand 256 } 1 .. shift)' "$1" "$2"; }
# flip FILE SEED N: turn over N bits.
flip() {
    perl -e '($f, $s, $n) = @ARGV; srand($s); open F, "+<", $f or die; binmode F; $l = -s F;
        for (1 .. $n) { $o = int rand(rand() < 0.5 ? $l : $l < 4096 ? $l : 4096); seek F, $o, 0;
            read F, $b, 1; seek F, $o, 0; print F chr(ord($b) ^ 1 << int rand 8) }' "$@"
}

# ---- damaged media --------------------------------------------------------------------------
# A small disk of each kind, and a tape; each is truncated and flipped, attached, looked at
# and loaded from.
"$endicott" dasdinit plain.img 2311 PLAIN1 10 >out 2>&1 || status=$?
"$endicott" dasdinit -z zlib.img 3330 ZLIB01 20 >>out 2>&1
"$endicott" dasdinit -bz2 bzip2.img 3350 BZIP01 10 >>out 2>&1
perl -e 'print pack("vvCC", 80, 0, 0xa0, 0), "\x00" x 80, pack("vvCC", 3200, 80, 0xa0, 0), "A" x 3200,
    pack("vvCC", 0, 3200, 0x40, 0), pack("vvCC", 80, 0, 0xa0, 0), "B" x 80, pack("vvCC", 0, 80, 0x40, 0),
    pack("vvCC", 0, 0, 0x40, 0)' >tape.img
head -c 512000 /dev/zero >fba.img
for kind in plain:2311 zlib:3330 bzip2:3350 fba:3310 tape:3420; do
    image=${kind%:*}.img type=${kind#*:}
    check "$image is there" test -s "$image"
    size=$(stat -c %s "$image")
    for damage in cut-0 cut-1 cut-100 cut-511 cut-512 cut-700 cut-$((size / 2)) cut-$((size - 1)) \
            flip-1 flip-2 flip-3 flip-4 flip-5 flip-6 noise; do
        cp "$image" bad.img
        case $damage in
        cut-*) truncate -s "${damage#cut-}" bad.img ;;
        flip-*) flip bad.img "${damage#flip-}" 40 ;;
        noise) noise 7 20000 >bad.img ;;
        esac
        before=$(cksum <bad.img)
        printf 'MAINSIZE 1\n0150 %s bad.img\n' "$type" >bad.cnf
        printf 'devlist\nipl 150\npause 1\nstop\ndevinit 150 bad.img\nquit\n' >bad.rc
        run -V -f bad.cnf -r bad.rc </dev/null
        check "$image, $damage: an orderly end, not $status" orderly
        check "$image, $damage: unchanged" test "$(cksum <bad.img)" = "$before"
        # Refused with the file's name, or accepted.
        if said 'left out'; then
            check "$image, $damage: a message with the file's name" said '^HHC[0-9]{5}[EWS].*bad.img'
        fi
    done
done

# ---- configurations ---------------------------------------------------------------------------
# A statement, and what is to be said of it. One that is wrong is left out, and the exit status
# tells; a device that cannot be had is left out, too. A file that cannot be read ends the program.
left_out='^(000C,000C|000C 3505 |0150 33[13]0|0480|000E 1403|001F .* sideways)'
while IFS='|' read -r statement answer; do
    [ -n "$statement" ] || continue
    expected=1
    [[ $statement =~ $left_out ]] && expected=0
    printf 'MAINSIZE 1\n%s\n' "$statement" >bad.cnf
    run -f bad.cnf </dev/null
    check "'$statement': exit status $status" test $status -eq $expected
    check "'$statement': an orderly end" orderly
    check "'$statement': names file and line" said 'bad.cnf.*line 2'
    check "'$statement': says $answer" said "$answer"
done <<'END'
MIANSIZE 8|mainsize
MAINSIZE eight|eight
MAINSIZE -1|-1
NUMCPU 0|NUMCPU
NUMCPU 99|99
NUMCPU two|two
CPUSERIAL 1234567|1234567
CPUSERIAL XYZ|XYZ
CPUMODEL 12345|12345
ARCHMODE S/390X|S/390X
SYSEPOCH soon|soon
TZOFFSET +9999|9999
CODEPAGE 819/none|819/none
CNSLPORT 99999999|99999999
INCLUDE no-such-file|no-such-file
XYZZY|XYZZY
000C 3506|3506
000C|000C
00ZZ 3505|00ZZ
12345 3505|12345
000C 3505 no-such-deck|no-such-deck
000C 3505 bad.cnf sideways|sideways
000C.0 3505|000C.0
000C.9999999 3505|9999999
000F-000C 3505|000F-000C
000C,000C 3505|000C
0150 3330|0150
0150 3330 /|/
0150 3330 /no/such/disk|/no/such/disk
0150 3330 bad.cnf|bad.cnf
0150 3310 bad.cnf|bad.cnf
0480 3420 /|/
0480 3420 bad.cnf|bad.cnf
0480 3420 /dev/nst7|drives of the host
000E 1403 /no/such/directory/printer|/no/such/directory
000E 1403 p.txt sideways|sideways
001F 3215-C / sideways|sideways
001F 3215-C "/|quot
END
printf 'MAINSIZE 1\n000C 3505\n000C 3505\n' >bad.cnf
run -f bad.cnf </dev/null
check "a number twice" said 'bad.cnf.*line 3'
printf 'INCLUDE bad.cnf\n' >bad.cnf
run -f bad.cnf </dev/null
check "a file that includes itself" orderly
for seed in 1 2 3 4 5; do
    noise $seed 5000 >bad.cnf
    run -f bad.cnf </dev/null
    check "a configuration of noise: $status" orderly
    check "a configuration of noise is refused" test $status -eq 1
done
run -f no-such.cnf </dev/null
check "a configuration that is not there" said 'no-such.cnf'
run -f / </dev/null
check "a configuration that is a directory" orderly

# ---- noise as decks and channel programs --------------------------------------------------------
# All devices are there for a channel program to hit. An IPL reads a card of noise: its
# PSW, its CCWs. Or two good CCWs lead to cards of noise CCWs.
"$endicott" dasdinit scratch.img 3330 NOISE1 5 >out 2>&1
: >scratch.aws
cat >noise.cnf <<'END'
MAINSIZE 1
OSTAILOR QUIET
000C 3505 noise.deck ebcdic
000D 3525 punched.txt
000E 1403 printed.txt
001F 3215-C /
0150 3330 scratch.img
0480 3420 scratch.aws
END
printf 'ipl 00c\npause 0.2\nstop\nipl 150\npause 0.2\nstop\nipl 480\npause 0.1\nstop\npsw\ndevlist\nquit\n' >noise.rc
for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
    if [ $((seed % 2)) -eq 0 ]; then noise $seed 4000 >noise.deck; else
        { printf '\0\0\0\0\0\0\002\0\002\0\001\0\140\0\0\120\010\0\001\0\0\0\0\001'
          noise $seed 56; noise $((seed + 100)) 4000; } >noise.deck
    fi
    for mode in -V ''; do
        run $mode -f noise.cnf -r noise.rc </dev/null
        check "deck of noise $seed $mode: an orderly end, not $status" orderly
        check "deck of noise $seed $mode: came to its end" said 'HHC01412I'
    done
done
check "the disk still opens" sh -c "printf 'quit\n' | '$endicott' -f noise.cnf >out 2>&1"

# ---- commands ------------------------------------------------------------------------------------
# Every command without operands, and with operands that make no sense.
sed -n 's/^    \([a-z?+*.-]*\)\( .*\)*$/\1/p' "$top/docs/commands.md" | sort -u |
    grep -vx 'quit\|exit\|sh\|cscript\|pause\|wait\|log\|-' >commands      # (a script that is its own log does not end)
long=$(printf '%05000d' 0)
{
    while read -r command; do
        for operands in '' zzz -1 '0 0 0 0 0 0 0 0' FFFFFFFFFFFFFFFFFFFF '=' '10=' '10.0' '20-10' "\"" "'" \
            '%s%n%x' '../..' '$(' '$(X' "$long"; do
            printf '%s %s\n' "$command" "$operands"
        done
    done <commands
    printf 'pause x\nwait\nquit\n'
} >commands.rc
check "there are commands" test "$(wc -l <commands)" -gt 50
run -V -f noise.cnf -r commands.rc </dev/null
check "commands with bad operands: an orderly end, not $status" orderly
check "commands with bad operands: to the last" said 'HHC01603I wait'
noise 99 30000 >noise.commands
run -V -f noise.cnf <noise.commands
check "noise as commands: an orderly end, not $status" orderly

# ---- the command line -----------------------------------------------------------------------------
for arguments in '-f' '--no-such' '-s' '-s X' '-t x' 'no-such-tool' '-r no-such.rc -f noise.cnf' 'dasdinit' \
    'dasdinit x.img' 'dasdinit x.img 9999' 'dasdinit noise.cnf 3330 X' 'dasdinit x.img 3330 TOOLONGNAME' \
    'dasdinit /no/such/x.img 3330 X'; do
    run $arguments </dev/null
    check "endicott $arguments: an orderly end, not $status" orderly
    check "endicott $arguments: exit status $status" test $status -ne 0
    check "endicott $arguments: says something" test -s out
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
