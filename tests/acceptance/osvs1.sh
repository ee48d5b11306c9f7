#!/bin/sh
# The story of OS/VS1: from its distribution tape to the output of a job, and a second
# IPL from the disk that the first one wrote; on a plain and on a compressed image, in
# the host's time and in virtual time; in virtual time twice, with the same checksum.
#
#   tests/acceptance/osvs1.sh [endicott program]      $ENDICOTT: the program, too
#
# The system is IBM's and not part of this project: it is looked for in
# $ENDICOTT_GUESTS/osvs1, or in ../shared/guests/osvs1 beside the source.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
endicott=$(realpath "${1:-${ENDICOTT:-$top/build/endicott}}")
guests=${ENDICOTT_GUESTS:-$top/../shared/guests}/osvs1
if [ ! -f "$guests/vs1r60_starter_3330.aws.gz" ]; then
    echo "skipped: no OS/VS1 in $guests"
    echo "0 passed, 0 failed, 1 skipped"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

passed=0 failed=0
check() {       # check WHAT CONDITION...
    what=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $what"; fi
}

# Run a script of commands; each of its waits is a test.
story() {       # story NAME [OPTION...]
    name=$1
    shift
    timeout 300 "$endicott" "$@" -f machine.cnf -r "../$name.rc" </dev/null >"$name.log" 2>&1
    status=$?
    waits=$(grep -c '^wait' "../$name.rc")
    seen=$(grep -c '^HHC01603I wait' "$name.log")
    vain=$(grep -c '^HHC20053E' "$name.log")
    passed=$((passed + seen - vain)) failed=$((failed + waits - seen + vain))
    [ $status -eq 0 ] || tail -n 15 "$name.log"
    check "$name: exit status $status" [ $status -eq 0 ]
    check "$name: no program interruption loop" sh -c "! grep -q HHC00803I '$name.log'"
}

checksum() { sed -n 's/^HHC20056I //p' "$1"; }

# ---- what the operator does -------------------------------------------------------------

cat >restore.rc <<'END'
# IBCDASDI initialises the volume, IBCDMPRS restores it.
ipl 480
wait psw FFFF 60 name 'IBCDASDI is loaded'
/
wait console 01F 'IBC105A  DEFINE INPUT DEVICE. DASDI'
/INPUT=3505 00C
wait psw EEEE 60 name 'IBCDASDI has ended'
devinit 00c restore.ctl ascii trunc eof
stop
ipl 480
wait psw FFFF 60 name 'IBCDMPRS is loaded'
/
wait console 01F 'IBC105A DEFINE INPUT DEVICE. DUMPRESTORE'
/INPUT=3505 00C
wait psw EEEE 250 name 'IBCDMPRS has ended'
quit
END

cat >cold.rc <<'END'
# The first IPL formats what the system needs; a job; the end of the day.
checksum start
ipl 150
wait console 01F 'IEA760A SPECIFY VIRTUAL STORAGE SIZE' 60
wait input 01F
/
wait console 01F 'IEA101A SPECIFY SYSTEM AND/OR SET PARAMETERS' 60
wait input 01F
/r 00,'auto=starter,page=(v=dliba1,blk=4096),q=(,f)'
wait console 01F 'IEA135A SPECIFY SYS1.DUMP' 60
wait input 01F
/
wait console 01F '*00 IEF068A  VOLUME DLIBA1 REQUIRES FORMATTING' 60
/r 00,formatv
wait console 01F '*01 IEC107D E 150,DLIBA1,MASTER,SCHEDULR,SYS1.SYSPOOL' 60
/r 1,u
wait console 01F '*02 IEC107D E 150,DLIBA1,MASTER,SCHEDULR,SYS1.SYSWADS' 60
/r 2,u
wait console 01F 'IEE048I INITIALIZATION COMPLETED' 60
wait console 01F 'IEF005I PARTITION WAITING FOR WORK' 60
devinit 00c hello.jcl ascii trunc eof
/s wtr,00e
wait console 01F 'IEF868I 00E WTR WAITING FOR WORK' 60
/s rdr,00c
wait console 01F '+HELLO FROM OS/VS1' 120
wait console 01F 'IEF404I HELLO    ENDED' 60
wait console 01F 'IEF049I HELLO    ON DEVICE 00E' 60
wait console 01F 'IEF868I 00E WTR WAITING FOR WORK' 60
/z eod
wait console 01F 'IEE334I HALT     EOD SUCCESSFUL' 60
checksum
quit
END

cat >warm.rc <<'END'
# A later IPL from the disk that was written: nothing is formatted; the job once more.
ipl 150
wait console 01F 'IEA760A SPECIFY VIRTUAL STORAGE SIZE' 60
wait input 01F
/
wait console 01F 'IEA101A SPECIFY SYSTEM AND/OR SET PARAMETERS' 60
wait input 01F
/r 00,'auto=starter,page=(v=dliba1,blk=4096)'
wait console 01F 'IEA135A SPECIFY SYS1.DUMP' 60
wait input 01F
/
wait console 01F '*00 IEC107D E 150,DLIBA1,MASTER,SCHEDULR,SYS1.SYSWADS' 60
/r 0,u
wait console 01F 'IEE048I INITIALIZATION COMPLETED' 60
devinit 00c hello.jcl ascii trunc eof
/s wtr,00e
wait console 01F 'IEF868I 00E WTR WAITING FOR WORK' 60
/s rdr,00c
wait console 01F '+HELLO FROM OS/VS1' 120
wait console 01F 'IEF404I HELLO    ENDED' 60
wait console 01F 'IEF049I HELLO    ON DEVICE 00E' 60
wait console 01F 'IEF868I 00E WTR WAITING FOR WORK' 60
/z eod
wait console 01F 'IEE334I HALT     EOD SUCCESSFUL' 60
quit
END

# ---- the runs -----------------------------------------------------------------------------

gunzip -c "$guests/vs1r60_starter_3330.aws.gz" >tape.aws || exit 1

prepare() {     # prepare DIRECTORY: a machine room
    mkdir "$1" && cd "$1" || exit 1
    cp "$guests/dasdi.ctl" "$guests/restore.ctl" "$guests/hello.jcl" .
    # Tests run side by side: no port.
    sed '/^CNSLPORT/d' "$guests/machine.cnf" >machine.cnf
    ln ../tape.aws vs1r60_starter_3330.aws
}

listing() {     # what 00E printed of the job
    for line in 'NO STATEMENTS FLAGGED IN THIS ASSEMBLY' 'HELLO FROM OS/VS1' 'IEF236I ALLOC. FOR HELLO    GO' 'IEF298I  HELLO    SYSOUT=A' \
            'MODULE MAP\|CROSS REFERENCE TABLE'; do
        check "$1: 00E has '$line'" grep -q "$line" prt00e.txt
    done
}

# Restored once for each kind of image: in virtual time on a plain one, in the host's
# time on a compressed one; then each is used in both.
for image in plain compressed; do
    echo "== $image image"
    case $image in
    plain) option= virtual=-V ;;
    compressed) option=-z virtual= ;;
    esac
    prepare $image
    "$endicott" dasdinit $option -a dliba1.150 3330 DLIBA1 >dasdinit.log 2>&1
    check "dasdinit $option" [ $? -eq 0 ]
    story restore $virtual
    check "the control statements were taken" [ "$(grep -c 'IBC163A  END OF JOB' prt00e.txt)" -eq 2 ]
    cp dliba1.150 restored.150

    for time in host virtual; do
        echo "== $image image, $time time"
        virtual=
        [ $time = host ] || virtual=-V
        cp restored.150 dliba1.150
        rm -f prt00e.txt
        story cold $virtual
        listing "cold, $time"
        story warm $virtual
        check "warm: the job log is there again" \
            [ "$(grep -c 'NO STATEMENTS FLAGGED' prt00e.txt)" -ge 1 ]
    done

    # The second run in virtual time is the first one again.
    checksum cold.log >first
    cp restored.150 dliba1.150
    story cold -V
    checksum cold.log >second
    check "a checksum" [ -s first ]
    check "the same run twice in virtual time: $(cat first second)" cmp -s first second
    cd ..
done
check "the tape is as it was" sh -c "gunzip -c '$guests/vs1r60_starter_3330.aws.gz' | cmp -s - tape.aws"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
