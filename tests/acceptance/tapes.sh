#!/bin/sh
# Tape and card tools, as a user calls them: round trips through every format, side by side
# with the field's own tools where those are installed, long work that is interrupted, and
# OS/VS1's starter tape: its map, and the system restored from a HET copy of it.
#
#   tests/acceptance/tapes.sh [endicott program]      $ENDICOTT: the program, too
. "$(dirname "$0")/check.subr"
. "$top/tests/acceptance/osvs1.subr"
tape() { "$endicott" tape "$@"; }

checksum() { tape map "$1" | sed -n 's/^checksum //p'; }

# The links' names.
mkdir names
for name in hetinit hetmap tapemap tapecopy tapesplt hetget hetupd maketape txt2card card2txt; do
    ln -s "$endicott" "names/$name"
done

# ---- a labelled tape -------------------------------------------------------------------------

i=0
while [ $i -lt 300 ]; do echo "LINE $i of a text, $((i * i)) squared"; i=$((i + 1)); done >text
echo short >short
check "write" tape write labelled.aws VOL001 -o owner text=MY.TEXT short >log
check "check finds it in order" tape check labelled.aws >log
check "check tells the volume" grep -q 'volume VOL001, 2 data sets' log
check "get" tape get -as labelled.aws text.back 1 >log
check "what get takes is what write wrote" cmp -s text text.back
check "get 2" tape get -as labelled.aws short.back 2 >log
check "the second data set" cmp -s short short.back
check "no third" refused 'no data set of this number' tape get -as labelled.aws third 3
check "nothing made of it" [ ! -e third ]
check "a file that is there" refused 'is there already' tape get labelled.aws text 1
check "no volume serial" refused 'volume serial' tape init x.aws
check "a long one" refused 'volume serial' tape init x.aws TOOLONG
check "init" tape init x.het NEW001 me >log
check "init is in order" tape check x.het >log
check "not twice" refused 'is there already' tape init x.het NEW002 me
check "no such tape" refused 'No such file' tape map none
check "no tape" refused 'no format' tape map text
check "no command" refused 'no command' tape frob

# What check is for: a block count that is wrong.
tape split labelled.aws f1 1 f2 1 f3 99 >log
tape split f2 half 1 >log
cat f1 f1 f3 >mixed.aws
check "a tape with faults" refused 'file 3' tape check mixed.aws

# ---- every format ----------------------------------------------------------------------------

sum=$(checksum labelled.aws)
check "a checksum" [ -n "$sum" ]
for from in aws het fkt tap; do
    tape copy --force labelled.aws a.$from >log 2>&1
    for to in aws het fkt tap; do
        check "copy $from to $to" tape copy --force a.$from b.$to >log
        check "$from to $to: checksum" [ "$(checksum b.$to)" = "$sum" ]
    done
done
for option in -z1 -z9 -b1 -b9 -d '-z -c4096' '-b -c5000'; do
    # shellcheck disable=SC2086
    check "copy $option" tape copy --force $option labelled.aws c.het >log
    check "copy $option: checksum" [ "$(checksum c.het)" = "$sum" ]
    check "update after $option" tape update c.het >log
    check "update after $option: checksum" [ "$(checksum c.het)" = "$sum" ]
done
check "the format that was asked for" tape copy --force --format simh labelled.aws c.x >log
check "SIMH in a file of another name" sh -c "'$endicott' tape map c.x | grep -q SIMH"
check "OMA is not written" refused 'only be read' tape copy labelled.aws c.tdf
printf '@TDF\ncards FIXED RECSIZE 80\nshort TEXT\nEOT\n' >oma.tdf
"$endicott" card ebcdic text cards
check "OMA is read" sh -c "'$endicott' tape map oma.tdf | grep -q '^     1      300        80        80'"
check "OMA into AWSTAPE" tape copy oma.tdf oma.aws >log
check "OMA into AWSTAPE: checksum" [ "$(checksum oma.aws)" = "$(checksum oma.tdf)" ]
check "get from OMA" tape get -asn oma.tdf oma.text 1 F 80 80 >log
check "what OMA has" cmp -s oma.text text
if command -v python3 >/dev/null; then
    for command in "map labelled.aws" "check labelled.aws" "check mixed.aws" \
            "copy --force labelled.aws j.het" "init --force j.aws J00001"; do
        # shellcheck disable=SC2086
        tape $command --json >json
        check "JSON of $command" python3 -m json.tool json /dev/null
    done
fi

# ---- cards -----------------------------------------------------------------------------------

check "a card is 80 bytes" [ "$(wc -c <cards)" -eq 24000 ]
check "cards into text" "$endicott" card ascii cards cards.text
check "the same text" cmp -s cards.text text
printf '%081d\n' 1 >wide
check "a long line" refused 'line 1' "$endicott" card ebcdic wide wide.deck
check "no deck of it" [ ! -e wide.deck ]
check "cut it" "$endicott" card ebcdic -t wide wide.deck
check "not from TRANSMIT" refused 'offset' "$endicott" card xmi cards
# Two records of a data set, the first in two segments, as TRANSMIT packs them.
printf '\022\340\311\325\324\331\360\361\020\021\000\001\000\004\325\326\304\305\075\340\311\325\324\331\360\362\000\000\000\001\020\050\000\001\000\007\311\325\324\303\326\327\350\000\002\000\002\000\002\324\350\000\002\304\342\000\074\000\001\000\002\100\000\000\111\000\001\000\002\200\000\000\102\000\001\000\002\000\010\010\340\311\325\324\331\360\363\006\200\301\302\303\304\006\100\305\306\100\100\012\300\307\100\100\100\100\100\100\100\010\340\311\325\324\331\360\366' >sent
check "from TRANSMIT" "$endicott" card xmi -a sent sent.text >log
check "what it is" grep -q '^MY.DS: DSORG=PS RECFM=F LRECL=8 .* 2 records' log
check "its records" [ "$(cat sent.text)" = "ABCDEF
G" ]
check "as they are" "$endicott" card xmi sent sent.bytes >log
check "16 bytes" [ "$(wc -c <sent.bytes)" -eq 16 ]
head -c 60 sent >sent.cut
check "cut off" refused 'offset' "$endicott" card xmi sent.cut x.out
check "nothing made of it" [ ! -e x.out ]
check "another code page" names/txt2card -c 037 text cards.037
check "and back" names/card2txt -c 037 cards.037 text.037
check "the same text, code page 037" cmp -s text.037 text

# ---- damage, interruption --------------------------------------------------------------------

head -c 10000 labelled.aws >cut.aws
cp cut.aws before
check "a tape cut off" refused "offset X'" tape map cut.aws
check "is not updated" refused "offset X'" tape update cut.aws
check "is left as it is" cmp -s cut.aws before
check "no temporary files" sh -c '! ls -A | grep "^\.[a-z]"'
i=0
while [ $i -lt 8 ]; do cat text text text text >>long; cat long >>long2; i=$((i + 1)); done
tape write long.aws LONG01 long2 long2=B long2=C long2=D long2=E long2=F >log
before=$(cksum <long.aws)
"$endicott" tape update -b9 long.aws >log 2>&1 &
pid=$!
sleep 0.1
kill -TERM $pid 2>/dev/null
wait $pid 2>/dev/null
status=$?
if [ $status -eq 0 ]; then skip "update was faster than its interruption"; else
    check "interrupted: unchanged" [ "$(cksum <long.aws)" = "$before" ]
    check "interrupted: no temporary files" sh -c '! ls -A | grep "^\.[a-z]"'
fi
check "a full disk" refused 'No space left\|regular' tape copy --force long.aws /dev/full
check "nothing in a pipe but the result" sh -c "[ \$('$endicott' tape copy --force long.aws l2.het 2>&1 | wc -l) -eq 1 ]"

# ---- a list of volumes ------------------------------------------------------------------------

# The first tape's IPL program unloads it; the second's is a wait.
printf '\030\000\000\000\240\000\000\012\000\000\000\000\000\001\017\000\000\000\040\000\000\001\000\000\000\000\000\000\000\000' >first.aws
printf '\030\000\000\000\240\000\000\012\000\000\000\000\012\274\003\000\000\000\040\000\000\001\000\000\000\000\000\000\000\000' >second.aws
tape copy --force second.aws second.het >log
printf '# two tapes\nfirst.aws ro\nsecond.het\n' >list
printf 'MAINSIZE 2\n0480 3420 @list\n' >list.cnf
printf 'ipl 480\nwait message second.het 20\nipl 480\nwait psw ABC 20\nquit\n' >list.rc
for time in '' -V; do
    # shellcheck disable=SC2086
    timeout 60 "$endicott" $time -f list.cnf -r list.rc </dev/null >list.log 2>&1
    check "list$time: the first" grep -q 'first.aws.*mounted, read-only' list.log
    check "list$time: the second comes when the first is unloaded" \
        grep -q 'second.het, type HET: tape mounted, with ring' list.log
    check "list$time: and is loaded" grep -q '^HHC01603I quit' list.log
done

# ---- the field's tools ------------------------------------------------------------------------

same() {        # same COMMAND...: ours prints what the field's prints
    "$@" >theirs 2>/dev/null
    "names/$@" >ours
    check "$*" cmp -s theirs ours
}
if command -v hetmap hetinit hetget hetupd tapemap tapesplt >/dev/null; then
    tape copy --force labelled.aws peer.het >log
    for option in -a -d -f -l -t; do
        same hetmap $option labelled.aws
        same hetmap $option peer.het
    done
    same tapemap labelled.aws
    for option in "" -d -i; do
        # shellcheck disable=SC2086
        hetinit $option theirs.het VOL001 OWNER >log 2>&1
        # shellcheck disable=SC2086
        names/hetinit $option ours.het VOL001 OWNER
        check "hetinit $option" cmp -s theirs.het ours.het
    done
    hetinit -n theirs.het >log 2>&1
    check "hetinit -n" sh -c 'names/hetinit -n ours.het && cmp -s ours.het theirs.het'
    for option in -z -b -d -9 -s "-c 4096"; do
        # shellcheck disable=SC2086
        hetupd $option labelled.aws theirs.het >log 2>&1
        # shellcheck disable=SC2086
        names/hetupd $option labelled.aws ours.het
        check "hetupd $option: the same" cmp -s theirs.het ours.het
        check "hetupd $option: we read it" [ "$(checksum theirs.het)" = "$sum" ]
        hetupd -d ours.het back.aws >log 2>&1
        check "hetupd $option: they read it" [ "$(checksum back.aws)" = "$sum" ]
    done
    for words in "labelled.aws X 1" "-u peer.het X 1" "-a peer.het X 2" "-as peer.het X 1" \
            "-n -a peer.het X 2 F 80 800"; do
        # shellcheck disable=SC2086
        hetget $words >log 2>&1
        mv X theirs
        # shellcheck disable=SC2086
        names/hetget $words
        check "hetget $words" cmp -s X theirs
    done
    tapesplt labelled.aws t1 1 t2 2 t3 99 >log 2>&1
    names/tapesplt labelled.aws o1 1 o2 2 o3 99 >log
    check "tapesplt" sh -c 'cmp -s t1 o1 && cmp -s t2 o2 && cmp -s t3 o3'
else
    skip "the field's tape tools are not installed"
fi

# ---- OS/VS1's starter tape ----------------------------------------------------------------------

if vs1_is_there; then
    vs1_machine
    mv vs1r60_starter_3330.aws starter.aws
    tape map starter.aws >map
    check "739 card images" grep -q '^     1      739        80        80        59120 ' map
    check "the dump: blocks up to 12976 bytes" grep -q '^     2    10756        16     12976 ' map
    sum=$(checksum starter.aws)
    for to in fkt tap het; do
        check "starter to $to" tape copy starter.aws starter.$to >log
        check "starter to $to: checksum" [ "$(checksum starter.$to)" = "$sum" ]
    done
    check "and back" tape copy --force starter.het again.aws >log
    check "byte for byte" cmp -s again.aws starter.aws
    sed -i 's/vs1r60_starter_3330.aws/starter.het/' machine.cnf
    vs1_restore -z
    check "restored from the HET copy" [ $? -eq 0 ]
    check "no wait in vain" sh -c '! grep -q HHC20053E restore.log'
    check "both programs ended well" [ "$(grep -c 'IBC163A  END OF JOB' prt00e.txt)" -eq 2 ]
    check "the tape was a HET image" grep -q 'type HET' restore.log
else
    skip "no OS/VS1 in $guests"
fi

finish
