#!/bin/sh
# The story of OS/VS1: from its distribution tape to the output of a job, and a second
# IPL from the disk that the first one wrote; on a plain and on a compressed image, in
# the host's time and in virtual time; in virtual time twice, with the same checksum.
#
#   tests/acceptance/osvs1.sh [endicott program]      $ENDICOTT: the program, too
. "$(dirname "$0")/check.subr"
. "$top/tests/acceptance/osvs1.subr"
vs1_or_end

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

# ---- the runs -----------------------------------------------------------------------------

for name in restore cold warm; do vs1_script $name >$name.rc; done

prepare() {     # prepare DIRECTORY: a machine room
    mkdir "$1" && cd "$1" || exit 1
    vs1_machine
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
check "the tape is as it was" sh -c "gunzip -c '$guests/vs1r60_starter_3330.aws.gz' | cmp -s - plain/vs1r60_starter_3330.aws"

finish
