# Parts of disks that several machines may have: DEFINE DISK, LINK, and who may write.
        module  disks

# How a machine wants a disk, by VM/370's letters: the first one is to Read, to Write, or to write while others
# read (Multiple); a second one R says to read if that can't be, RR and MW do not mind others that write.
        .set    DA_READ, 0x80           # to read only
        .set    DA_READERS, 0x40        # others may read meanwhile,
        .set    DA_WRITERS, 0x20        # or write
        .set    DA_OR_READ, 0x10        # to read, if not
        .balign 4
access_modes:                           # in the second byte: which of the directory's passwords, times 8
        keyword_row "R       ", 0*8*0x100 + DA_READ+DA_READERS
        keyword_row "RR      ", 0*8*0x100 + DA_READ+DA_READERS+DA_WRITERS
        keyword_row "W       ", 1*8*0x100
        keyword_row "WR      ", 1*8*0x100 + DA_OR_READ
        keyword_row "M       ", 2*8*0x100 + DA_READERS
        keyword_row "MR      ", 2*8*0x100 + DA_READERS+DA_OR_READ
        keyword_row "MW      ", 2*8*0x100 + DA_READERS+DA_WRITERS
        .long   0

# The next word is such a mode: 2. Condition code 3: it is not; 1: there is no word.
access_mode:
        enter
        call    next_word
        bnz     mode_none
        call    name_word
        la      8,access_modes(12)
        call    keyword_again
        bnz     mode_wrong
        cr      1,1
        leave
mode_none:
        l       2,one
        lcr     2,2                     # condition code 1
        leave
mode_wrong:
        tm      one+3,1
        leave

# The virtual device 2, a disk, has been made as its VD_ACCESS wants it. What do other machines do with the
# same cylinders? VD_ACCESS becomes DA_READ or 0; condition code not 0: it can't be.
share_disk:
        enter
        lr      10,2
        mvi     TEST,0
        l       9,RING
        lr      6,9
share_machine:
        c       9,VD_VM(,10)
        be      share_next_machine
        la      8,VM_DEVICE_POOL(,9)
        la      7,VM_END(,9)
share_device:
        cli     VD_CLASS(8),C_DISK
        bne     share_next
        clc     VD_DEVICE(4,8),VD_DEVICE(10)
        bne     share_next
        lh      0,VD_CYLINDERS(,8)      # all of it?
        ltr     0,0
        bz      share_same
        lh      0,VD_CYLINDERS(,10)
        ltr     0,0
        bz      share_same
        lh      1,VD_FIRST(,8)
        lr      2,1
        ah      2,VD_CYLINDERS(,8)
        ch      2,VD_FIRST(,10)
        bnh     share_next
        lh      3,VD_FIRST(,10)
        ah      3,VD_CYLINDERS(,10)
        cr      1,3
        bnl     share_next
share_same:
        oi      TEST,DA_READERS
        tm      VD_ACCESS(8),DA_READ
        bo      share_next
        oi      TEST,DA_WRITERS
share_next:
        la      8,VD_SIZE(,8)
        cr      8,7
        bl      share_device
share_next_machine:
        l       9,VM_NEXT(,9)
        cr      9,6
        bne     share_machine
        mvc     WORK(1),VD_ACCESS(10)
        ni      VD_ACCESS(10),DA_READ
        xi      WORK,DA_READERS+DA_WRITERS
        nc      TEST(1),WORK            # what others do, and must not
        tm      TEST,DA_READERS+DA_WRITERS
        bz      share_over
        tm      WORK,DA_OR_READ
        bz      share_refused
        mvi     VD_ACCESS(10),DA_READ
        cr      1,1
        leave
share_refused:
        tm      one+3,1
share_over:
        leave

# May machine 11 have real devices as it likes? Condition code 0: yes. If there is a directory on a disk
# it says what everybody has, and the operator may change that for himself.
may_choose:
        enter
        c       11,RING
        be      may_over
        address_of directory
        clc     DIRECTORY(4),address_directory
may_over:
        leave

# ---- DEFINE DISK address real first count [mode] -------------------------------------------------------
define_disk:                            # in the frame of do_define
        based
        call    may_choose
        bnz     disk_operators
        xc      VM_ROW(12,11),VM_ROW(11)
        mvi     VM_ROW+DD_CLASS(11),C_DISK
        bal     14,disk_address
        sth     2,VM_ROW+DD_ADDRESS(,11)
        bal     14,disk_address
        sth     2,VM_ROW+DD_REAL(,11)
        bal     14,disk_number
        sth     2,VM_ROW+DD_FIRST(,11)
        bal     14,disk_number
        sth     2,VM_ROW+DD_CYLINDERS(,11)
        ltr     2,2
        bz      disk_what
        call    access_mode
        bo      disk_what
        bz      disk_mode
        la      2,DA_READERS            # M
disk_mode:
        stc     2,VM_ROW+DD_ACCESS(,11)
        call    new_device
        bnz     disk_over
        text    3, "DEFINED"
        call    answer
disk_over:
        leave
disk_operators:
        refuse  "THE OPERATOR DOES THAT"
        leave
disk_what:
        refuse  "DEFINE DISK ADDRESS REAL FIRST COUNT MODE"
        leave
disk_address:
        lr      7,14
        call    next_word
        bnz     disk_what
        call    hexadecimal
        lr      14,7
        bcr     8,14
        b       disk_what
disk_number:
        lr      7,14
        call    next_word
        bnz     disk_what
        call    decimal
        bnz     disk_what
        c       2,most_cylinders(12)
        lr      14,7
        bcr     13,14
        b       disk_what

# A device as VM_ROW says, instead of what has its address: 2. Condition code not 0: the user has been
# told why not.
new_device:
        enter
        lh      2,VM_ROW+DD_ADDRESS(,11)
        call    virtual_device
        bnz     disk_place
        call    remove_device
disk_place:
        la      2,VM_DEVICE_POOL(,11)
        la      1,VM_END(,11)
disk_look:
        cli     VD_CLASS(2),0
        be      disk_here
        la      2,VD_SIZE(,2)
        cr      2,1
        bl      disk_look
        b       new_device_many
disk_here:
        st      11,VD_VM(,2)
        la      3,VM_ROW(,11)
        lr      8,2
        call    make_device
        lr      2,8
        bz      new_device_made
        refuse  "NO SUCH DEVICE, OR SOMEBODY HAS IT"
        b       new_device_not
new_device_many:
        refuse  "TOO MANY DEVICES"
new_device_not:
        tm      one+3,1
new_device_made:
        leave

# ---- LINK [TO] user address [AS] address [mode] [password] -------------------------------------------------
# Another's minidisk. The directory has passwords for it, to read, to write and for M; ALL needs none, and
# the owner neither.
do_link:
        enter
        bal     14,link_word
        clc     WORK(8),link_to(12)
        bne     link_user
        bal     14,link_word
link_user:
        la      2,WORK
        call    find_user               # 3
        bnz     link_nobody
        lr      9,3
        bal     14,link_word
        bal     14,link_address
        la      8,DE_DEVICES(,9)
link_look:
        cli     DD_CLASS(8),0
        be      link_no_disk
        ch      2,DD_ADDRESS(,8)
        be      link_found
        la      8,DD_SIZE(,8)
        b       link_look
link_found:
        cli     DD_CLASS(8),C_DISK
        bne     link_no_disk
        mvc     VM_ROW(10,11),0(8)
        bal     14,link_word
        clc     WORK(8),link_as_text(12)
        bne     link_as
        bal     14,link_word
link_as:
        bal     14,link_address
        sth     2,VM_ROW+DD_ADDRESS(,11)
        call    virtual_device
        bz      link_defined
        l       10,COMMAND_AT
        call    access_mode             # 2
        bz      link_mode
        bm      link_default
        st      10,COMMAND_AT           # PASS= may come without a mode
        call    next_word
        clc     0(5,2),link_pass(12)
        bne     link_what
        st      10,COMMAND_AT
link_default:
        la      2,DA_READ+DA_READERS+DA_WRITERS
link_mode:
        stc     2,VM_ROW+DD_ACCESS(,11)
        srl     2,8
        la      10,DD_PASSWORDS(2,8)
        clc     DE_NAME(8,9),VM_NAME(11)
        be      link_allowed
        cli     0(10),0x40              # no password: not for others
        be      link_password
        clc     0(8,10),link_all(12)
        be      link_allowed
        call    given_password          # WORK
        bnz     link_ask
        clc     WORK(8),0(10)
        bne     link_password
link_allowed:
        call    new_device
        bnz     disk_over
        tm      VD_ACCESS(2),DA_READ
        bo      link_to_read
        text    3, "LINKED, READ AND WRITE"
        call    answer
        leave
link_to_read:
        text    3, "LINKED, READ ONLY"
        call    answer
        leave
link_what:
        refuse  "LINK USER ADDRESS AS ADDRESS MODE PASSWORD"
        leave
link_nobody:
        refuse  "NOT LINKED: NOT IN THE DIRECTORY"
        leave
link_no_disk:
        refuse  "NOT LINKED: NO SUCH DISK"
        leave
link_defined:
        refuse  "NOT LINKED: THERE IS SUCH A DEVICE ALREADY"
        leave
link_ask:
        text    3, "ENTER PASSWORD:"
        call    ask_password
        bz      disk_over
link_password:
        refuse  "NOT LINKED: MODE OR PASSWORD WRONG"
        leave
link_word:                              # the next word: WORK
        lr      7,14
        call    next_word
        bnz     link_what
        call    name_word
        lr      14,7
        br      14
link_address:                           # 2: the one in WORK
        lr      7,14
        la      2,WORK
        mvi     WORK+8,0x40
        call    hexadecimal
        bnz     link_what
        lr      14,7
        br      14
        .balign 4
most_cylinders: .long 16383
link_to: ebcdic "TO      "
link_as_text: ebcdic "AS      "
link_all: ebcdic "ALL     "
link_pass: ebcdic "PASS="
        .balign 2
