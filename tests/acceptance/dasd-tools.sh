#!/bin/sh
# `endicott dasd`, as a user calls it: volumes without a VTOC, and with an empty one; OS/VS1's
# starter volume, restored from its tape: its 17 data sets, every member of SYS1.MACLIB as
# text; damage to its labels and directories.
#
#   tests/acceptance/dasd-tools.sh [endicott program]      $ENDICOTT: the program, too
. "$(dirname "$0")/check.subr"
. "$top/tests/acceptance/osvs1.subr"
dasd() { timeout 60 "$endicott" dasd "$@"; }

# ---- without data sets -----------------------------------------------------------------------

dasd init bare 3330 BARE01 2 >log
check "no VTOC" refused 'cylinder 0 head 1 has no record 1' dasd ls bare
dasd init -r raw 3330 2 >log
check "no label" refused 'cylinder 0 head 0 has no volume label' dasd ls raw
dasd init -z -linux linux 3390 LNX001 2 >log
check "an empty VTOC" dasd ls linux >log
check "says so" grep -q 'volume LNX001, a 3390 of 2 cylinders, 0 data sets' log
printf 'TEXT01 3330 2\na.text text lines trk 1 0 0 ps fb 80 800\n' >text.ctl
printf 'a "word"\nand another\n' >lines
check "JSON of a new volume" [ "$(dasd create --json -f text.ctl text.dsk | tr -d ' ' | cut -c 1-19)" = '{"path":"text.dsk",' ]
check "JSON of records" [ "$(dasd cat --json text.dsk A.TEXT)" = '[{"name": "A.TEXT", "records": ["a \u0022word\u0022", "and another"]}]' ]
check "JSON of what seq made" [ "$(dasd seq --json text.dsk A.TEXT seq.txt)" = '{"path": "seq.txt", "bytes": 21}' ]
check "JSON of an empty volume" [ "$(dasd init --json bare2 3330 BARE02 2)" = '{"path": "bare2", "type": "3330-1", "cylinders": 2, "volser": "BARE02"}' ]
check "no such data set" refused 'LNX001 has no data set A.B' dasd cat linux A.B
check "no file" refused 'No such file' dasd ls none
check "no image" refused 'no CKD disk image\|end' dasd ls log
check "no command" refused 'no command' dasd frob
check "no words" refused 'Usage' dasd ls
check "no code page" refused 'no code page' dasd cat -c frob linux A.B
printf 'TEXT02 3330 2\nnot text lines trk 1 0 0 ps fb 80 800\n' >text.ctl
printf 'a^b\n' >lines
dasd create -q -c 819/037v2 -f text.ctl not.dsk
check "the second 037" [ "$(dasd cat -c 037v2 not.dsk NOT)" = 'a^b' ]
export HERCULES_CP=819/037v2
check "the field's variable for it" [ "$(dasd cat not.dsk NOT)" = 'a^b' ]
HERCULES_CP=819/frob
check "names none" refused 'HERCULES_CP: 819/frob is no code page' dasd cat not.dsk NOT
unset HERCULES_CP

# ---- copies ------------------------------------------------------------------------------------

sum() { dasd info --sum "$@" | sed -n 's/^checksum //p'; }
dasd init -a ckd 2311 CPY001 >log
of_ckd=$(sum ckd)
dasd init fba 3310 CPY002 5000 >log
yes 'some blocks that are not empty' | head -c 600000 | dd of=fba bs=512 seek=7 conv=notrunc 2>/dev/null
of_fba=$(sum fba)
for kind in ckd fba; do
    K=$(echo $kind | tr a-z A-Z)
    eval "wanted=\$of_$kind"
    from=$kind
    # Each format from the one before it; last the first one again.
    for to in C$K C${K}64 $K C$K-bz2 C$K-0 C${K}64-bz2 $K; do
        option=$(echo "$to" | sed -n 's/.*\(-.*\)/\1/p')
        format=${to%-*}
        dasd copy $option -o "$format" "$from" "$kind.$to" --force >log 2>&1 || cat log
        check "$from to $to" [ "$(sum "$kind.$to")" = "$wanted" ]
        check "$to is $format" sh -c "'$endicott' dasd info --json $kind.$to | grep -q '\"format\": \"$format\"'"
        check "no difference between $kind and $to" dasd diff "$kind" "$kind.$to"
        from=$kind.$to
    done
    check "the plain one is byte for byte the first" cmp -s $kind $kind.$K
done
check "a copy that outlives the host" dasd copy -q -sync host ckd lasting
check "is the same" cmp -s ckd lasting
check "no such promise" refused 'process, host or none, not disk' dasd copy -sync disk ckd other
# A disk that is too small says so before the work, and nothing is left on it.
small() { unshare -rm sh -c 'mkdir -p small && mount -t tmpfs -o size=4m none small && "$@" || exit; ls -A small' \
    small "$@"; }
if small true 2>/dev/null; then
    check "a full disk" refused 'No space left' small "$endicott" dasd copy ckd small/copy
    check "has nothing left" [ -z "$(small sh -c "! '$endicott' dasd copy ckd small/copy 2>/dev/null")" ]
else
    skip "a full disk: there is no unshare, or no tmpfs in it"
fi
dasd copy -q -bz2 ckd squeezed >log
check "compressed for the asking" sh -c "'$endicott' dasd info --json squeezed | grep -q '\"format\": \"CCKD\"'"
check "is no other disk" dasd diff ckd squeezed
dasd copy -cyls 210 ckd grown >log
check "a copy that is larger" [ $? -eq 0 ]
check "has the cylinders" sh -c "'$endicott' dasd info --json grown | grep -q '\"cylinders\": 210'"
check "not smaller" refused 'can only be the same or more' dasd copy -cyls 10 ckd shrunk
check "no file is left of that" [ ! -e shrunk ]
check "not over a file" refused 'is there already' dasd copy ckd grown
check "no other kind of disk" refused 'no way to make it FBA' dasd copy -o FBA ckd other
check "no format" refused 'is no format' dasd copy -o FROB ckd other
check "an option that is none" refused 'no option' dasd copy -frob ckd other
check "other sizes are not compared" refused 'of 203' dasd diff ckd grown
dasd init other.ckd 2311 CPY009 203 >log
dasd diff ckd other.ckd >log
check "a difference is told" [ $? -eq 1 ]
check "where" grep -q '^cylinder 0 head 0: record 3 differs from byte 9 of its data on$' log
for name in dasdcopy ckd2cckd cckd2ckd fba2cfba; do ln -s "$endicott" $name; done
check "ckd2cckd" ./ckd2cckd ckd by.custom >log
check "says so" grep -q '^HHCDC010I ckd2cckd successfully completed' log
check "cckd2ckd" ./cckd2ckd -q -r by.custom by.custom
check "and back again" cmp -s ckd by.custom
check "dasdcopy compresses what is plain" sh -c "./dasdcopy -q -r ckd by.custom && head -c 8 by.custom | grep -q CKD_C370"

# ---- another emulator's volume, another machine's description -----------------------------------

# A 2314 in the HDR-30 format: 48 bytes and records of 12 bytes, key and data.
volume() {
    awk 'function half(n) { return sprintf("%c%c", int(n / 256), n % 256) }
         function record(c, h, r, data) { return "\0\0\0\0" half(c) half(h) sprintf("%c", r) "\0" half(length(data)) data }
         BEGIN {
             z = "\0"; for (i = 0; i < 13; i++) z = z z
             for (t = 0; t < 4000; t++) {
                 c = int(t / 20); h = t % 20
                 b = half(18) substr(z, 1, 14) half(c) half(h) substr(z, 1, 28) record(c, h, 0, substr(z, 1, 8))
                 if (c < 2) b = b record(c, h, 1, sprintf("TRACK %6d", t))
                 printf "%s%s", b, substr(z, 1, 8192 - length(b))
             }
         }'
}
LC_ALL=C volume >hdr30
dasd convert hdr30 converted >log
check "an HDR-30 image" grep -q 'a 2314-1 of 200 cylinders' log
check "has its records" sh -c "'$endicott' dasd show converted 1 19 | grep -q '5452414 *\|TRACK\|54524143'"
ln -s "$endicott" dasdconv
gzip -c hdr30 | ./dasdconv -r -q - converted 2>log
check "dasdconv, compressed by gzip" [ $? -eq 0 ]
check "says so" grep -q '^DASD conversion successfully completed.$' log
check "dasdconv replaces nothing unasked" refused 'is there already' ./dasdconv hdr30 converted
before=$(cksum <converted)
head -c 500000 hdr30 >cut
check "one that was cut off is refused" refused 'ends too soon: 8192 bytes wanted at 499712' dasd convert --force cut converted
check "and what was there stays" [ "$(cksum <converted)" = "$before" ]
printf '\1' | dd of=hdr30 bs=1 seek=$((8192 * 3 + 48)) conv=notrunc 2>/dev/null
check "a record that makes no sense" refused 'record at 24624, of cylinder 0 head 3' dasd convert hdr30 other
check "another image" refused 'is a disk image as it is' dasd convert converted other
if command -v dasdconv >/dev/null; then
    LC_ALL=C volume | gzip -c >hdr30
    dasdconv -q hdr30 theirs.2314 >log 2>&1
    check "the field's tool makes the same" cmp -s theirs.2314 converted
else
    skip "the field's disk tools are not installed"
fi

# A P/390's DEVMAP: nine records of 64 bytes, a control unit, its devices, a blank one.
zeros() { head -c "$1" /dev/zero; }
{
    zeros 640
    printf '\0\3003278' && zeros 58
    printf '\1\12033803333SYSRESxx/disks/sysres' | sed 's/3333/\x00\x00\x00\x00/; s/xx/\x00\x00/' && zeros 33
    printf '\0\0    ' && zeros 58
} >devmap
ln -s "$endicott" dmap2hrc
./dmap2hrc devmap >log 2>&1
check "dmap2hrc" [ "$(sed '/^End/d' log | tr -s ' \n' ' ')" = "00C0 3270 0150 3380 /disks/sysres " ]
head -c 700 devmap >cut
./dmap2hrc cut >log 2>&1
check "one that was cut off" [ $? -eq 7 ]
if command -v dmap2hrc >/dev/null; then
    ./dmap2hrc devmap >ours.cnf 2>&1
    dmap2hrc devmap 2>&1 | sed '/^P.390 DEV\|^Version\|^(c)/d' >theirs.cnf
    check "the field's tool says the same" cmp -s ours.cnf theirs.cnf
fi

# ---- damage to compressed images, and other care ------------------------------------------------

for kind in CCKD CCKD64 CCKD-bz2; do
    case $kind in *-bz2) option=-bz2 ;; *) option=-z ;; esac
    dasd copy $option -o ${kind%-*} --force ckd sound >log
    check "$kind is sound" dasd check -3 sound >log
    check "says so" grep -q 'no faults' log
    cp sound hurt
    printf '\377\377\377\017' | dd of=hurt bs=1 seek=1024 conv=notrunc 2>/dev/null
    check "$kind: a level-1 table that is damaged is told of" refused 'out of bounds' dasd check hurt
    check "and refused by who does not repair" refused 'cckdcdsk' dasd info hurt
    before=$(cksum <hurt)
    check "check leaves it alone" [ "$(cksum <hurt)" = "$before" ]
    dasd repair -3 --json hurt >json
    check "$kind: a repair" [ $? -eq 0 ]
    grep -q '"lost": 0, .*"written": true' json || cat json
    check "nothing is lost" dasd diff hurt ckd
    check "nothing is wrong any more" dasd check -3 hurt >log
    cp sound turned
    dasd swap turned >log
    check "$kind: big-endian" sh -c "grep -q 'big-endian now' log && '$endicott' dasd diff turned ckd"
    dasd swap turned >log
    check "and back" cmp -s turned sound
done
check "nothing to compress" sh -c "'$endicott' dasd compress sound | grep -q 'nothing to take out'"
for name in cckdcdsk cckdcomp cckdswap cckdmap; do ln -s "$endicott" $name; done
# All of a file's bytes are in its map, once.
mapped() { dasd map "$1" | sed -n 's/^ *[0-9A-F]* *\([0-9]*\)  [a-z].*/\1/p' | awk '{ n += $1 } END { print n }'; }
for image in sound ckd.CCKD64-bz2 fba.CFBA; do
    check "$image: the map has every byte" [ "$(mapped $image)" -eq "$(stat -c %s $image)" ]
    check "and every image" sh -c "[ $(dasd map --json $image | grep -o '"image"' | wc -l) -eq \
        $(dasd check --json $image | sed 's/.*"images": \([0-9]*\).*/\1/') ]"
done
check "cckdmap" sh -c "./cckdmap -q sound | grep -q '^sound: [0-9]* bytes; [0-9]* level-2 tables'"
check "a plain image has no map" refused 'not a compressed' dasd map ckd
check "cckdcdsk" sh -c "./cckdcdsk -3 sound >log && [ ! -s log ]"
check "cckdcomp" sh -c "./cckdcomp sound | grep -q '^HHCCU103I sound: file already compressed'"
check "cckdswap" sh -c "./cckdswap sound | grep -q '^HHCCU101I sound: converting to big-endian'"
check "cckdswap back" sh -c "./cckdswap sound | grep -q 'to little-endian'"
check "a plain image has its tracks checked" dasd check ckd >log
cp ckd hurt
printf '\11' | dd of=hurt bs=1 seek=$((512 + 4096 * 5 + 2)) conv=notrunc 2>/dev/null
check "a track that is none" refused 'cylinder 0 head 5' dasd check hurt
# An interrupted repair, or one that finds no room, changes nothing.
dasd copy -0 -o CCKD --force ckd sound >log
printf '\377\377\377\017' | dd of=sound bs=1 seek=1024 conv=notrunc 2>/dev/null
before=$(cksum <sound)
(ulimit -f 2; trap '' XFSZ; "$endicott" dasd repair sound) >log 2>&1
check "no room for the repair" [ $? -eq 1 ]
check "leaves the image as it was" [ "$(cksum <sound)" = "$before" ]
check "and nothing else" [ -z "$(ls -A | grep '^\.sound')" ]
if command -v cckdcdsk >/dev/null; then
    for kind in CCKD CCKD-bz2; do
        cp ckd.$kind theirs.z
        check "the field's tool finds nothing wrong with $kind" [ -z "$(cckdcdsk -3 -ro theirs.z 2>&1)" ]
        cckdswap theirs.z >log 2>&1
        check "what it swapped reads here" dasd diff theirs.z ckd
        dasdcopy -q -r -o CKD ckd.$kind theirs.ckd >log 2>&1
        check "what it copied is the same" dasd diff theirs.ckd ckd
        dasdcopy -q -r -bz2 ckd theirs.z >log 2>&1
        check "what it compressed is the same" dasd diff theirs.z ckd
        check "and sound" dasd check -3 theirs.z >log
    done
    cfba2fba -q -r fba.CFBA theirs.fba >log 2>&1
    check "blocks are the same, too" dasd diff theirs.fba fba
    fba2cfba -q -r fba theirs.cfba >log 2>&1
    check "and compressed by it" dasd diff theirs.cfba fba
    check "are sound" dasd check -3 theirs.cfba >log
else
    skip "the field's disk tools are not installed"
fi

dasd init -z base 2311 SHADOW >log
check "no shadow files" refused 'no shadow files' dasd merge base 'sf=base_*'
printf '0150 2311 base ro sf=base_*\n' >shadow.cnf
echo quit | timeout 60 "$endicott" -f shadow.cnf >log 2>&1
check "a machine has made one" [ -f base_1 ]
dasd serial base 'sf=base_*' above >log
check "a write goes to it" [ "$(dasd serial base 'sf=base_*'):$(dasd serial base)" = "base: VOLSER=ABOVE:base: VOLSER=SHADOW" ]
check "both together can be copied" dasd copy -q -o CKD base 'sf=base_*' flat
check "merged" sh -c "'$endicott' dasd merge base 'sf=base_*' | grep -q '1 shadow file merged'"
check "it is gone" [ ! -e base_1 ]
check "and the base has what it had" dasd diff base flat

# ---- interrupted ---------------------------------------------------------------------------------

dasd init -z large 3330-11 LARGE1 >log
cp flat target
for ms in 02 05 10 20; do
    timeout -s INT 0.$ms "$endicott" dasd copy -o CKD --force large target >log 2>&1
    check "after $ms/100 s nothing else is left" [ -z "$(ls -A | grep '^\.target')" ]
    check "the old one is there, or the new one" sh -c "cmp -s flat target || '$endicott' dasd diff -q large target"
done
rm -f target large

# ---- OS/VS1's volume -----------------------------------------------------------------------------

if ! vs1_is_there; then
    skip "no OS/VS1 in $guests"
    finish
fi
vs1_machine
check "restored" vs1_restore
before=$(cksum <dliba1.150)

check "ls" dasd ls dliba1.150 >list
check "17 data sets" [ "$(sed 1,2d list | wc -l)" -eq 17 ]
check "SYS1.MACLIB's attributes" grep -q '^SYS1.MACLIB  *PO  *FB  *80  *12960  *450  62.0-85.12$' list
dasd ls --json dliba1.150 >json
check "JSON has 17, too" [ "$(grep -o '"name"' json | wc -l)" -eq 17 ]
if command -v python3 >/dev/null; then
    check "JSON" python3 -m json.tool json /dev/null
fi
ln -s "$endicott" dasdls
check "the customary name" sh -c './dasdls dliba1.150 | grep -q "^dliba1.150: VOLSER=DLIBA1$"'

mkdir mac
check "pdsu" dasd pdsu dliba1.150 SYS1.MACLIB mac >log
check "150 members" [ "$(ls mac | wc -l)" -eq 150 ]
unreadable=0
for member in mac/*; do
    [ -s "$member" ] || unreadable=$((unreadable + 1))
    [ "$(LC_ALL=C tr -d '\n -~' <"$member" | wc -c)" -eq 0 ] || unreadable=$((unreadable + 1))
done
check "$unreadable members are no readable text" [ $unreadable -eq 0 ]
check "a macro" grep -q '^&NAME    ABEND &CC,&DUMP,&STEP' mac/ABEND
check "not over files" refused 'is there already' dasd pdsu dliba1.150 SYS1.MACLIB mac
check "one member" dasd cat dliba1.150 'sys1.maclib(abend)' >abend
check "is the same" cmp -s abend mac/ABEND
check "raw is in records of 80" [ "$(dasd cat -r dliba1.150 'SYS1.MACLIB(ABEND)' | wc -c)" -eq $(($(wc -l <abend) * 80)) ]
check "no member" refused 'no member NONE' dasd cat dliba1.150 'SYS1.MACLIB(NONE)'
check "no name of a member" refused 'partitioned' dasd cat dliba1.150 SYS1.MACLIB
check "not partitioned" refused 'no partitioned' dasd pdsu dliba1.150 STAGE2 mac
check "seq" dasd seq dliba1.150 STAGE2 stage2
check "seq has text" [ -s stage2 ]
if command -v fusermount3 >/dev/null && mkdir mnt && dasd mount dliba1.150 mnt >log 2>&1; then
    check "a mounted volume has its data sets" [ "$(ls mnt | wc -l)" -eq 17 ]
    check "and members" diff -r mnt/SYS1.MACLIB mac
    check "sequential ones, too" cmp -s mnt/STAGE2 stage2
    check "not to be written" refused 'Read-only\|Permission' sh -c 'echo >>mnt/STAGE2'
    check "no such data set there" refused 'No such file' cat mnt/NONE
    fusermount3 -u mnt
else
    skip "volumes can't be mounted here"
fi
check "the volume is as it was" [ "$(cksum <dliba1.150)" = "$before" ]
if command -v dasdls >/dev/null && command -v dasdpdsu >/dev/null; then
    (mkdir theirs && cd theirs && dasdpdsu ../dliba1.150 SYS1.MACLIB ascii >/dev/null 2>&1)
    different=0
    for member in mac/*; do
        name=$(basename "$member" | tr A-Z a-z).mac
        cut -c 1-71 "$member" | sed 's/ *$//' >ours
        # Its X'4F' is no vertical bar.
        LC_ALL=C tr '\200-\377' '[|*]' <"theirs/$name" | cut -c 1-71 | sed 's/ *$//' | cmp -s - ours || different=$((different + 1))
    done
    check "$different members differ from the field's tool's" [ $different -eq 0 ]
else
    skip "the field's disk tools are not installed"
fi

# ---- damage ------------------------------------------------------------------------------------------

# SYS1.MACLIB's first directory block: cylinder 62; behind home address, R0, count and key.
head=$((512 + 62 * 19 * 13312))
cp dliba1.150 hurt
printf '\377\377' | dd of=hurt bs=1 seek=$((head + 5 + 16 + 16)) conv=notrunc 2>/dev/null
check "a damaged directory" refused 'cylinder 62 head 0 record 1' dasd pdsu --force hurt SYS1.MACLIB mac
check "the members from before are there" cmp -s abend mac/ABEND
cp dliba1.150 hurt
printf '\1\2' | dd of=hurt bs=1 seek=$head conv=notrunc 2>/dev/null
check "a damaged track" refused 'cylinder 62 head 0' dasd cat hurt 'SYS1.MACLIB(ABEND)'

finish
