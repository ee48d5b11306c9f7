#!/bin/sh
# Between the host and OS/VS1: a data set made by `endicott dasd create` is printed by a job;
# what jobs wrote on that volume is read on the host; libraries that IEBCOPY unloaded are loaded
# onto another volume, and are what they were; SVCLIB's tables are put right there.
#
#   tests/acceptance/dasd-osvs1.sh [endicott program]      $ENDICOTT: the program, too
. "$(dirname "$0")/check.subr"
. "$top/tests/acceptance/osvs1.subr"
vs1_or_end
dasd() { timeout 60 "$endicott" dasd "$@"; }

# ---- a volume for the guest ----------------------------------------------------------------------

for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    echo "LINE $i OF WHAT THE HOST WROTE"
done >host.txt
cat >host.ctl <<'END'
# A volume for OS/VS1.
host01 3330 40
host.text text host.txt trk 1 0 0 ps fb 80 800
host.pds  empty trk 3 2 10 po fb 80 800
END
check "a volume from a control file" dasd create -z -f host.ctl host01.151 >log
"$endicott" dasdinit -a dliba1.150 3330 DLIBA1 >log

vs1_machine
echo '0151 3330 host01.151' >>machine.cnf
{
    vs1_script restore | sed '/^quit/d'
    echo stop
    vs1_script cold | sed '/^checksum/d; /^devinit/,$d'
    cat <<'END'
devinit 00c job.jcl ascii trunc eof
/s wtr,00e
wait console 01F 'IEF868I 00E WTR WAITING FOR WORK' 60
/s rdr,00c
wait console 01F 'IEF404I HOST     ENDED' 250
wait console 01F 'IEF049I HOST     ON DEVICE 00E' 60
wait console 01F 'IEF868I 00E WTR WAITING FOR WORK' 60
/z eod
wait console 01F 'IEE334I HALT     EOD SUCCESSFUL' 60
quit
END
} >jobs.rc
cat >job.jcl <<'END'
//HOST     JOB 1,'ENDICOTT',CLASS=A,MSGCLASS=A,MSGLEVEL=(1,1)
//PRINT    EXEC PGM=IEBPTPCH
//SYSPRINT DD  SYSOUT=A
//SYSUT1   DD  DSN=HOST.TEXT,DISP=SHR,UNIT=3330,VOL=SER=HOST01
//SYSUT2   DD  SYSOUT=A
//SYSIN    DD  *
  PRINT MAXFLDS=1
  RECORD FIELD=(80)
/*
//WRITE    EXEC PGM=IEBGENER
//SYSPRINT DD  SYSOUT=A
//SYSIN    DD  DUMMY
//SYSUT2   DD  DSN=GUEST.TEXT,DISP=(NEW,KEEP),UNIT=3330,VOL=SER=HOST01,
//             SPACE=(TRK,(5,5)),DCB=(RECFM=FB,LRECL=80,BLKSIZE=400)
//SYSUT1   DD  *
WRITTEN BY A JOB OF OS/VS1
AND READ ON THE HOST
/*
//MEMBER   EXEC PGM=IEBGENER
//SYSPRINT DD  SYSOUT=A
//SYSIN    DD  DUMMY
//SYSUT2   DD  DSN=HOST.PDS(ADDED),DISP=OLD,UNIT=3330,VOL=SER=HOST01
//SYSUT1   DD  *
A MEMBER THAT A JOB ADDED
/*
//UNLOAD   EXEC PGM=IEBCOPY
//SYSPRINT DD  SYSOUT=A
//IN       DD  DSN=SYS1.PROCLIB,DISP=SHR
//OUT      DD  DSN=GUEST.PROCLIB,DISP=(NEW,KEEP),UNIT=3330,
//             VOL=SER=HOST01,SPACE=(CYL,(2,1))
//IN2      DD  DSN=SYS1.SVCLIB,DISP=SHR
//OUT2     DD  DSN=GUEST.SVCLIB,DISP=(NEW,KEEP),UNIT=3330,
//             VOL=SER=HOST01,SPACE=(CYL,(15,2))
//SYSUT3   DD  UNIT=SYSDA,SPACE=(TRK,(5,5))
//SYSUT4   DD  UNIT=SYSDA,SPACE=(TRK,(5,5))
//SYSIN    DD  *
 COPY INDD=IN,OUTDD=OUT
 COPY INDD=IN2,OUTDD=OUT2
/*
//
END
timeout 400 "$endicott" -V -f machine.cnf -r jobs.rc </dev/null >jobs.log 2>&1
status=$?
[ $status -eq 0 ] || tail -n 15 jobs.log
check "the jobs ran: status $status" [ $status -eq 0 ]
check "every step ended well" sh -c "[ \$(grep -c 'COND CODE 0000' prt00e.txt) -eq 4 ]"

# ---- what they left -----------------------------------------------------------------------------------

for i in 1 12; do
    check "IEBPTPCH has printed line $i" grep -q "^ *LINE $i OF WHAT THE HOST WROTE" prt00e.txt
done
check "the volume is sound" dasd check -3 host01.151 >log
check "what IEBGENER wrote" sh -c "'$endicott' dasd cat host01.151 GUEST.TEXT | grep -q '^AND READ ON THE HOST$'"
check "and it is all" [ "$(dasd cat host01.151 GUEST.TEXT | wc -l)" -eq 2 ]
check "a member of the host's data set" [ "$(dasd cat host01.151 'HOST.PDS(ADDED)')" = "A MEMBER THAT A JOB ADDED" ]
dasd ls host01.151 >list
check "5 data sets" [ "$(sed 1,2d list | wc -l)" -eq 5 ]

dasd seq -r host01.151 GUEST.PROCLIB proclib.unl && dasd seq -r host01.151 GUEST.SVCLIB svclib.unl
check "the unloaded libraries" [ $? -eq 0 ]
cat >load.ctl <<'END'
load01 3330 40
sys1.proclib vs proclib.unl trk 5 0 0
sys1.svclib  vs svclib.unl cyl
END
check "are loaded" dasd create -f load.ctl load01 >log
mkdir was is
dasd pdsu dliba1.150 SYS1.PROCLIB was >log && dasd pdsu load01 SYS1.PROCLIB is >log
check "SYS1.PROCLIB is what it was" diff -r was is
check "with 33 members" [ "$(ls is | wc -l)" -eq 33 ]

# The same in a deck as TRANSMIT makes it.
if command -v python3 >/dev/null; then
    python3 - <<'END'
data = open('proclib.unl', 'rb').read()
def unit(key, *values):
    return (key.to_bytes(2, 'big') + len(values).to_bytes(2, 'big')
            + b''.join(len(v).to_bytes(2, 'big') + v for v in values))
def record(bytes_, flags=0):
    parts = [bytes_[i:i + 253] for i in range(0, len(bytes_), 253)]
    return b''.join(bytes([len(p) + 2, flags | (128 if i == 0 else 0)
                           | (64 if i == len(parts) - 1 else 0)]) + p for i, p in enumerate(parts))
e = lambda text: text.encode('cp037')
deck = record(e('INMR01') + unit(0x1011, e('HERE')) + unit(0x1001, e('THERE')), 32)
deck += record(e('INMR02') + bytes([0, 0, 0, 1]) + unit(0x1028, e('IEBCOPY')) + unit(0x3C, b'\2\0')
               + unit(0x42, b'\0\x50') + unit(0x30, b'\1\x90') + unit(0x49, b'\x90\0')
               + unit(2, e('SYS1'), e('PROCLIB')), 32)
deck += record(e('INMR03'), 32)
sizes = [52, 276]
while data:
    n = sizes.pop(0) if sizes else 3000
    deck += record(data[:n])
    data = data[n:]
deck += record(e('INMR06'), 32)
open('proclib.xmi', 'wb').write(deck + bytes(-len(deck) % 80))
END
    mkdir members
    "$endicott" card xmi -a proclib.xmi members >log
    check "a deck's members" diff -r was members
    check "and what it says: $(cat log)" grep -q 'SYS1.PROCLIB: DSORG=PO RECFM=FB LRECL=80 BLKSIZE=400, IEBCOPY, 33 members' log
    printf 'xmit01 3390 10\nsys1.proclib xmit proclib.xmi\n' >xmit.ctl
    dasd create -z -f xmit.ctl xmit.z >log
    mkdir moved
    dasd pdsu xmit.z SYS1.PROCLIB moved >log
    check "onto a disk of another type" diff -r was moved
    head -c 20000 proclib.xmi >cut.xmi
    check "a deck that was cut off is refused" sh -c "! '$endicott' card xmi -a --force cut.xmi members 2>log && grep -q 'ends inside' log"
fi

# On IBM's volume IEHIOSUP has been run: all is as it wants it. On the new one everything has
# moved, and 'isup' makes it good.
cp dliba1.150 ibms
dasd isup --json ibms >json
check "IEHIOSUP agrees: $(cat json)" grep -q '"entries": 1196, "changed": 0' json
dasd isup --json load01 >json
check "on the new volume all have moved: $(cat json)" sh -c "grep -q '\"entries\": 1196, ' json && ! grep -q '\"changed\": 0,' json"
dasd isup --json load01 >json
check "once is enough: $(cat json)" grep -q '"entries": 1196, "changed": 0' json
if command -v dasdisup >/dev/null; then
    # It spoils modules of more than 1024 bytes, which OS/360 did not have: those are left out.
    dasd create --force -f load.ctl theirs >log && dasdisup theirs >log 2>&1
    dasd isup theirs >log
    for module in IFG0190P IFG0193B IFG0551D IGG0191A IGG0290A IGC0002I; do
        check "the field's tool says the same of $module" sh -c "! grep -q 'In member $module: .*replaced' log"
    done
fi

# The tape that the volume came from.
check "the tape's map" sh -c "'$endicott' tape map --json vs1r60_starter_3330.aws >map"
check "file 1 is 739 cards of 80 bytes" grep -q '"blocks": 739, "shortest": 80, "longest": 80' map
check "file 2 has blocks of 12976 bytes and less" grep -q '"file": 2, "blocks": 10756, .*"longest": 12976' map

finish
