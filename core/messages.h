/* The catalogue: every message that the emulator has, with its identifier, its
 * text, and above it what it means and what the reader can do. Where the event is
 * one that Hercules reports too, number and layout are the field's, because
 * automation waits for them. docs/messages.md is made from this file.
 *
 * Each is a printf format, so that the compiler checks every use. The last letter
 * of the identifier is the severity: S severe, E error, W warning, I information. */
#ifndef CORE_MESSAGES_H
#define CORE_MESSAGES_H

#include <inttypes.h>

/* ---- messages ------------------------------------------------------------------ */

/* MSGLEVEL EMSGLOC: where in the program the message before was said. */
#define HHC00007I "HHC00007I Previous message from function '%s' at %s(%d)"
/* How much messages say. */
#define HHC17012I "HHC17012I MSGLEVEL = %s%s%s"

/* ---- tapes ------------------------------------------------------------------ */

/* A tape is mounted. */
#define HHC00200I "HHC00200I 0:%04X Tape file %s, type %s: tape mounted, %s"
/* A tape has been unloaded by the guest. */
#define HHC00201I "HHC00201I 0:%04X Tape file %s, type %s: tape closed"
/* The image cannot be mounted; the drive stays empty. */
#define HHC00202E "HHC00202E 0:%04X Tape file %s: cannot be mounted: %s"
/* The image was not there: an empty reel has been made. */
#define HHC00203I "HHC00203I 0:%04X Tape file %s, type %s: blank tape made and mounted"
/* A block of the image makes no sense, or the host cannot read or write it. The guest
 * sees a data check or an equipment check; the image is not changed. */
#define HHC00204E "HHC00204E 0:%04X Tape file %s, type %s: %s"
/* An image was removed while it was mounted; what was on it was put into a file again when the tape
 * was unloaded. Until then the guest gets an equipment check for each write. */
#define HHC00205W "HHC00205W 0:%04X Tape file %s was removed while it was in use: what is on it is in %s now"
/* The guest has put these two messages on the drive's display. */
#define HHC00210I "HHC00210I 0:%04X Tape display \"%s\" / \"%s\""
/* A word of the device statement means nothing for a tape, or its value is wrong. */
#define HHC00223E "HHC00223E 0:%04X Tape: parameter %s is invalid: %s"
/* The guest has unloaded the last tape of the drive's list, or none of it can be mounted:
 * the drive stays empty until DEVINIT. */
#define HHC20250I "HHC20250I 0:%04X Tape: the list has no more volumes"

/* ---- processor ---------------------------------------------------------- */

/* A program interruption occurred that OSTAILOR and PGMTRACE ask to report. */
#define HHC00801I "HHC00801I Processor CP%02X: %s interruption code %04X ilc %d"
/* The new PSW of a program interruption leads to the same interruption again:
 * the CPU is stopped. Display storage at the address in the PSW. */
#define HHC00803I "HHC00803I Processor CP%02X: program interrupt loop PSW %s"
/* A machine check that cannot be put off found machine checks masked: the CPU does nothing
 * more until it is reset. */
#define HHC20047W "HHC20047W Processor CP%02X: check stop, PSW %s"
/* A disabled wait: the program has ended or given up. The last digits of the PSW
 * are its wait-state code; the guest's manual explains it. */
#define HHC00809I "HHC00809I Processor CP%02X: disabled wait state %s"
/* The architecture of a CPU, at its start and when it changes. */
#define HHC00811I "HHC00811I Processor CP%02X: architecture mode %s"
/* A CPU is configured, or is not: then it cannot be started, and other CPUs find it not
 * operational. CF ON and CF OFF configure it. */
#define HHC00819I "HHC00819I Processor CP%02X: online"
#define HHC00820I "HHC00820I Processor CP%02X: offline"
/* Configure the CPU first: CF ON. */
#define HHC00835E "HHC00835E Processor CP%02X: offline; not eligible for ipl nor restart"
/* What is pending in a CPU, and what it does. */
#define HHC00850I "HHC00850I Processor CP%02X: CPUint=%08X (State:%08X)&(Mask:%08X)"
#define HHC00851I "HHC00851I Processor CP%02X: %s %spending"
#define HHC00866I "HHC00866I Processor CP%02X: state %s"
#define HHC00867I "HHC00867I Processor CP%02X: instcount %" PRIu64
#define HHC00869I "HHC00869I Processor CP%02X: psw %s"
/* Initial program loading failed: the device or the channel ended the channel program
 * with an error. The CPU stays in the load state. Check the device and what is mounted on
 * it, and load again. */
#define HHC00828E "HHC00828E Processor CP%02X: ipl failed: %s"

/* ---- sockets of devices --------------------------------------------------- */

/* A device listens for callers at this port or host:port. */
#define HHC01042I "HHC01042I 0:%04X COMM: device bound to socket %s"
/* The receiver of a printer's or punch's output has come, or gone. */
#define HHC01045I "HHC01045I 0:%04X COMM: client %s connected"
#define HHC01046I "HHC01046I 0:%04X COMM: client disconnected"

/* The file of a printer or punch was removed while it was in use: the guest sees intervention
 * required. What was in it was put into a file again when the device was closed (DEVINIT). */
#define HHC01047W "HHC01047W 0:%04X Output file %s was removed while it was in use: what was in it is in %s now"
/* That could not be done. */
#define HHC01048E "HHC01048E 0:%04X Output file %s: %s"

/* ---- printers ------------------------------------------------------------- */

/* The printer's file, command or socket cannot be had. */
#define HHC01100E "HHC01100E 0:%04X Printer: error opening %s: %s"
/* A word of the device statement means nothing for a printer, or its value is wrong. */
#define HHC01102E "HHC01102E 0:%04X Printer: parameter %s is invalid: %s"
/* A line could not be written; the guest sees intervention required. Make room, or mend
 * what is wrong, and make the printer ready with DEVINIT: the guest prints it again. */
#define HHC01110E "HHC01110E 0:%04X Printer: cannot write to %s: %s"

/* ---- card equipment ------------------------------------------------------- */

/* A deck or folder cannot be opened, or a socket cannot be had. */
#define HHC01200E "HHC01200E 0:%04X Card: error opening %s: %s"
/* A deck cannot be read: file, card or line, and why. The reader is not ready from
 * there on; mend the deck and put it in with DEVINIT. */
#define HHC01201E "HHC01201E 0:%04X Card: unreadable deck: %s"
/* The sender of a job was cut off; what had come is read. */
#define HHC01202W "HHC01202W 0:%04X Card: connection with %s lost: %s"
/* The options of the device statement contradict each other. */
#define HHC01203E "HHC01203E 0:%04X Card: %s"
/* A card could not be written; the guest sees intervention required. */
#define HHC01204E "HHC01204E 0:%04X Card: cannot write to %s: %s"
/* A word of the device statement means nothing for a punch. */
#define HHC01206E "HHC01206E 0:%04X Card: parameter %s is invalid: %s"
/* A column that was punched as a card image has no EBCDIC code, and a deck file holds
 * nothing else: data check. */
#define HHC01205E "HHC01205E 0:%04X Card: column %d has holes %03X, which no character has"

/* ---- channels ------------------------------------------------------------- */

/* Channel trace (t+dev): a command has ended, with its unit and channel status and the
 * residual count. */
#define HHC01312I "HHC01312I 0:%04X CHAN: stat %02X%02X, count %04X"
/* Channel trace: the sense data after a unit check. */
#define HHC01313I "HHC01313I 0:%04X CHAN: sense %s"
/* Channel trace: a channel-command word takes control; after => the data of a write. */
#define HHC01315I "HHC01315I 0:%04X CHAN: ccw %08X %08X%s"
/* Channel trace: a channel-status word is stored or taken by an interruption. */
#define HHC01316I "HHC01316I 0:%04X CHAN: csw %02X, stat %04X, count %04X, ccw %06X"
/* The subchannel-status word that TEST SUBCHANNEL stored (trace of a device). */
#define HHC01317I "HHC01317I 0:%04X CHAN: scsw %08X, stat %02X%02X, count %04X, ccw %08X"
/* Channel trace: an I/O instruction was addressed to the device. */
#define HHC01318I "HHC01318I 0:%04X CHAN: %s: cc=%d"
/* The operation-request block of START SUBCHANNEL (trace of a device). */
#define HHC01334I "HHC01334I 0:%04X CHAN: ORB: IntP:%08X Key:%u LPM:%02X Flags:%06X CCW:%08X"
/* A device cannot be attached: another one has its number. Choose another number, or
 * detach that one first. */
#define HHC01461E "HHC01461E 0:%04X device already exists"
/* A device was not attached, because what its statement asks for could not be had; the
 * message before says what. */
#define HHC01463E "HHC01463E 0:%04X device initialization failed"
/* DEVINIT failed, and what the device had before could not be opened again either: it is
 * no longer attached. */
#define HHC01465W "HHC01465W 0:%04X %s detached"

/* ---- commands ------------------------------------------------------------- */

/* A command is being executed; the line is as it was understood. */
#define HHC01603I "HHC01603I %s"

/* ---- disks ---------------------------------------------------------------- */

/* A disk's statement names no file. Write the image's name behind the type:
 * `0150 3330 dliba1.150`. */
#define HHC00400E "HHC00400E 0:%04X %s: the name of the disk's image is missing"
/* A word of a disk's statement that is no option: see the user's guide, disks. */
#define HHC00402E "HHC00402E 0:%04X CKD file: parameter %s in argument %d is invalid"
/* The host lets nobody write on the file: the disk is there, read-only. */
#define HHC00403W "HHC00403W 0:%04X CKD file %s: opened r/o: the file is write-protected"
/* The image can't be used, or stopped to be usable: what is wrong with it. */
#define HHC00404E "HHC00404E 0:%04X CKD file: %s"
/* The shape of the disk that was opened. */
#define HHC00414I "HHC00414I 0:%04X CKD file %s: model %s cyls %u heads %u tracks %u trklen %zu"
/* The image holds a disk of another type: write that type in the statement. */
#define HHC00415E "HHC00415E 0:%04X CKD file %s: it holds a %04X, not a %s"
/* cu= names no control unit of disks: 2314, 2835, 2841, 3830, 3880, 3990, 3990-2,
 * 3990-3, 3990-6, 2105, 2107, 9343. */
#define HHC00416E "HHC00416E 0:%04X control unit %s not found in dasd table"
/* An option that means something elsewhere. Every write is at once, of what changed. */
#define HHC00460I "HHC00460I 0:%04X disk: %s is accepted and has no effect"
/* A word of an FBA disk's statement that is no option: see the user's guide, disks. */
#define HHC00503E "HHC00503E 0:%04X FBA file: parameter %s in argument %d is invalid"
/* The image can't be used, or stopped to be usable: what is wrong with it. */
#define HHC00504E "HHC00504E 0:%04X FBA file: %s"
/* The shape of the disk that was opened. */
#define HHC00507I "HHC00507I 0:%04X FBA file %s: model %s origin %u blks %u"
/* sf= is for compressed images; this one is plain, and is used without shadow files. */
#define HHC00469W "HHC00469W 0:%04X disk file %s: shadow files not supported for plain images: sf= has no effect"
/* An image's file was removed while it was in use; what was on it was put into a file again. */
#define HHC00470W "HHC00470W 0:%04X disk file %s was removed while it was in use: what is on it is in %s now"
/* No journal could be made beside a plain image. */
#define HHC00471W "HHC00471W 0:%04X disk file %s: no journal can be made beside it: should the emulator be killed, a track that is being written may be half written"

/* ---- shadow files ------------------------------------------------------------ */

/* cckd opts: the settings in force, as they may be given. */
#define HHC00346I "HHC00346I CCKD opts: %s"
/* cckd stats: of all compressed disks since they were opened. */
#define HHC00347I "HHC00347I CCKD stats: disks %u, tracks read %" PRIu64 ", written %" PRIu64
/* Tracks that were in storage when they were wanted, or not; how many came by reading ahead. */
#define HHC00348I "HHC00348I CCKD stats: cache hits %" PRIu64 ", misses %" PRIu64 ", read ahead %" PRIu64
/* What was done in the background: tracks that wait to be compressed, and those that were. */
#define HHC00349I "HHC00349I CCKD stats: waiting for compression %" PRIu64 ", compressed %" PRIu64
/* Garbage collection: its rounds, images and tables that were moved, bytes that files are shorter. */
#define HHC00350I "HHC00350I CCKD stats: collections %" PRIu64 ", moved %" PRIu64 ", bytes released %" PRIu64
/* A word of the command cckd that is none of its options, or has a wrong value. */
#define HHC00345E "HHC00345E CCKD: %s is no option, or its value is not from %d to %d"
/* sf+ begins. */
#define HHC00315I "HHC00315I 0:%04X CCKD file: adding shadow files..."
/* A command for all compressed disks has come to its end. */
#define HHC00316I "HHC00316I CCKD file number of devices processed: %u"
/* Only compressed disks have shadow files and free space. */
#define HHC00317E "HHC00317E 0:%04X CCKD file: device is not a cckd device"
/* No shadow file was added; the disk is as it was. */
#define HHC00319E "HHC00319E 0:%04X CCKD file: error adding shadow file: %s"
/* What is written from now on goes to this file. */
#define HHC00320I "HHC00320I 0:%04X CCKD file[%u] %s: shadow file successfully added"
/* sf- begins to merge. */
#define HHC00321I "HHC00321I 0:%04X CCKD file: merging shadow files..."
/* The last shadow file has gone: what it had is in the file below it (merged), or nowhere any
 * more (removed), or an empty one took its place (re-added). */
#define HHC00325I "HHC00325I 0:%04X CCKD file[%u] %s: shadow file successfully %s"
/* The disk still has what it had. */
#define HHC00326E "HHC00326E 0:%04X CCKD file: shadow file not removed: %s"
/* sfc begins. */
#define HHC00328I "HHC00328I 0:%04X CCKD file: compressing shadow files..."
/* sfk begins. */
#define HHC00330I "HHC00330I 0:%04X CCKD file: checking level %d..."
/* sfd: in all, then for each file its name and its line: offsets of 32 or 64 bits, bytes,
 * percent of free space, number of free spaces, rw or rd (only read), images read and written. */
#define HHC00332I "HHC00332I 0:%04X CCKD file: display cckd statistics"
#define HHC00333I "HHC00333I 0:%04X     32/64        size free  nbr st   reads  writes"
#define HHC00336I "HHC00336I 0:%04X [*]    %11" PRIu64 " %3u%% %4" PRIu64 "    %7" PRIu64 " %7" PRIu64
#define HHC00338I "HHC00338I 0:%04X %s"
#define HHC00340I "HHC00340I 0:%04X %s"
#define HHC00341I "HHC00341I 0:%04X [%u] %s %11" PRIu64 " %3u%% %4" PRIu64 " %s %7" PRIu64 " %7" PRIu64
/* sfk has found an error; nothing was changed. */
#define HHC00353E "HHC00353E 0:%04X CCKD file: check disk errors: %s"
/* sfc did not work; the file is as it was. */
#define HHC00354E "HHC00354E 0:%04X CCKD file: not compressed: %s"
/* sfc has done its work. */
#define HHC00359I "HHC00359I 0:%04X CCKD file %s: compress successful, %lld bytes released"
/* sfk has come to its end, and has found so many errors. */
#define HHC00380I "HHC00380I 0:%04X CCKD file %s: check level %d complete; errors=%u"
/* What was done to file so-and-so of a disk: image (cylinder and head, or group), place, bytes. */
#define HHC00396I "HHC00396I 0:%04X CCKD file %u: %" PRIu64 " %s %08X at %" PRIX64 ", %u bytes"

/* ---- the automatic operator ----------------------------------------------- */

/* There is no room for another rule: delete one. */
#define HHC00071E "HHC00071E The %s was not added because table is full; table size is %02d"
/* Targets and commands alternate. */
#define HHC00072E "HHC00072E The command %s given, but the command %s was expected"
/* A target or a command is empty. */
#define HHC00073E "HHC00073E Empty %s specified"
/* Another rule has this target. */
#define HHC00074E "HHC00074E The target was not added because a duplicate was found in the table at %02u"
/* The target is no regular expression. */
#define HHC00075E "HHC00075E The target %s is no regular expression: %s"
/* The command's own echo would match the target, for ever. */
#define HHC00076E "HHC00076E The %s was not added because it causes a loop with the %s at index %02u"
/* Half a rule, or the other half, is there. */
#define HHC00077I "HHC00077I The %s was placed at index %u"
/* HAO LIST shows which rules there are. */
#define HHC00079E "HHC00079E No rule defined at index %02u"
/* There are no rules any more. */
#define HHC00080I "HHC00080I All HAO rules are cleared"
/* A rule's target has appeared; its command follows. */
#define HHC00081I "HHC00081I Match at index %02u, executing command %s"
/* The rules. */
#define HHC00082I "HHC00082I %u rule(s) displayed"
#define HHC00084E "HHC00084E Invalid index; index must be between 0 and %02d"
#define HHC00085E "HHC00085E Rule at index %u not deleted, already empty"
#define HHC00086I "HHC00086I Rule at index %u successfully deleted"
#define HHC00087I "HHC00087I The defined automatic operator rule(s) are:"
#define HHC00088I "HHC00088I Index %02u: target %s -> command %s%s"
#define HHC00089I "HHC00089I There are no HAO rules defined"
/* The rule's command leads to its target again, by way of a guest perhaps. Delete the rule
 * and define a better one. */
#define HHC00092W "HHC00092W Rule at index %02u switched off: it fired more than %d times in a second"

/* ---- consoles ------------------------------------------------------------- */

/* A guest's console waits for a line: type it with the console's prefix in front. A
 * console with NOPROMPT says nothing. */
#define HHC00010A "HHC00010A Enter input for console 0:%04X"

/* An operand that a console's device statement cannot have, and those it can. */
#define HHC01090E "HHC01090E 0:%04X COMM: unrecognized parameter %s: %s"
/* Terminals can connect: to this port. */
#define HHC01024I "HHC01024I Waiting for console connections on port %d"
/* A terminal has connected: from where, and as what. */
#define HHC01018I "HHC01018I 0:%04X COMM: client %s devtype %s: connected"
/* A terminal has gone. */
#define HHC01022I "HHC01022I 0:%04X COMM: client %s devtype %s: connection closed by client"
/* What a caller is told for whom there is no device; also in the message that follows. */
#define HHC01028_TEXT "Connection rejected, no available %s device"
#define HHC01029_TEXT "Connection rejected, no available %s device in the %s group"
#define HHC01030_TEXT "Connection rejected, device %04X unavailable"
#define HHC20071_TEXT "Connection rejected, there is no device or group %s"
/* A caller has been cut off: what it sent is no telnet, or it has stopped to answer. */
#define HHC20070W "HHC20070W COMM: client %s cut off: %s"
/* A caller found no device. */
#define HHC20072I "HHC20072I COMM: client %s: %s"
/* CNSLPORT ... TLS: the certificate or its key cannot be used, or there is no TLS here. */
#define HHC20073E "HHC20073E TLS cannot be had: %s"
/* A caller has one of the machine's own consoles, or has left it. */
#define HHC20074I "HHC20074I System console %s: client %s connected"
#define HHC20075I "HHC20075I System console %s: connection closed by client %s"
/* Nobody can connect: the port is taken, perhaps by another emulator. CNSLPORT names
 * another. */
#define HHC01000W "HHC01000W No terminal can connect at %s: %s"

/* ---- configuration -------------------------------------------------------- */

/* The host has not so much storage. Nothing was changed. */
#define HHC01430S "HHC01430S The host cannot give %s of main storage"
/* A value that the statement or command cannot have: `help NAME` tells which it can. */
#define HHC01451E "HHC01451E Invalid value %s specified for %s"
/* No device of this type can be had; `devlist` and the guide have the types. */
#define HHC01462E "HHC01462E 0:%04X device type %s not recognized"
/* A statement of the configuration is wrong: file, line, and what it is. All errors of a
 * file are reported, then the program ends. */
#define HHC20101E "HHC20101E %s, line %u: %s"
/* A device number is up to four hexadecimal digits; several are written 0480-0483, 0480.4
 * or 0480,0482. */
#define HHC20102E "HHC20102E '%s' is no device number: write 0480, 0480-0483, 0480.4 or 0480,0482"
/* The type that looks most like what was written. */
#define HHC20103I "HHC20103I The nearest known type is %s"
/* IGNORE INCLUDE_ERRORS lets a missing file pass. */
#define HHC20104W "HHC20104W %s, line %u: cannot include %s: %s"
/* The configuration file cannot be read. */
#define HHC20105E "HHC20105E Cannot read the configuration %s: %s"
/* How many errors there were. A file that cannot be read, or is no text, describes no
 * machine: the program does not start. */
#define HHC20106E "HHC20106E %u error(s) in the configuration %s: the machine is not started"
/* The description names a device of a type that Hercules has and this version of Endicott
 * has not. The machine starts without it; the guest finds it not operational. */
#define HHC20107W "HHC20107W %s, line %u: there is no type %s yet: device %s is left out"
/* A device could not be had: its file is not there, or an option is not one of its type's;
 * the message before says which. The machine starts without it. Mend the statement, or
 * give `attach` when the file is there. */
#define HHC20108W "HHC20108W %s, line %u: %u device(s) left out: '%s'"
/* So many statements are unknown or wrong; the messages before say which, and what would be
 * right. The machine starts without them, with what is usual in their place. */
#define HHC20109W "HHC20109W %u statement(s) of the configuration %s are left out: the machine starts without them"
/* The statement names a tape that cannot be mounted; the message before says why. The drive is
 * there, and not ready: `devinit` mounts a tape. */
#define HHC20110W "HHC20110W %s, line %u: the drive %04X is there without a tape"

/* ---- operator's commands -------------------------------------------------- */

/* The program has ended in order: CPUs stopped, files closed. */
#define HHC01412I "HHC01412I %s terminated"
/* Program and version. */
#define HHC01413I "HHC01413I %s version %s"
/* What the program was built with. */
#define HHC01417I "HHC01417I %s"
/* No command or statement has this name. `help` lists them. */
#define HHC01600E "HHC01600E Unknown command %s, enter 'help' for a list of valid commands"
/* A command and what it does. */
#define HHC01602I "HHC01602I %-16s %s"
/* A symbol and its value. */
#define HHC02199I "HHC02199I Symbol %-12s %s"
/* ECPS:VM: how often each function was called, and did what the control program would have
 * had to. */
#define HHC01701I "HHC01701I | %-9s | %10" PRIu64 " | %10" PRIu64 " |  %3" PRIu64 "%% |"
#define HHC01702I "HHC01702I +-----------+------------+------------+-------+"
#define HHC01704I "HHC01704I %u entries not shown and never invoked"
#define HHC01706I "HHC01706I | %-9s | %10s | %10s | %-5s |"
/* A function of ECPS:VM has been switched. */
#define HHC01707I "HHC01707I ECPS:VM %s feature %s %s"
/* It is one of the field's that we have not. */
#define HHC01711I "HHC01711I ECPS:VM feature %s is not provided: the control program does its work"
/* No device has this number; `devlist` shows those that there are. */
#define HHC02200E "HHC02200E 0:%04X device not found"
/* What is set. */
#define HHC02203I "HHC02203I %-14s: %s"
/* What has been set. */
#define HHC02204I "HHC02204I %-14s set to %s"
/* A file cannot be used: which, and why. */
#define HHC02219E "HHC02219E %s: %s"
/* The registers and the PSW are in low storage. */
#define HHC02224I "HHC02224I Store status completed on CP%02X"
/* A key of the operator's panel. */
#define HHC02228I "HHC02228I Key '%s' depressed"
/* Tracing, stepping or breakpoints are on or off, and for which addresses. */
#define HHC02229I "HHC02229I Instruction %s %s%s"
/* Stop the CPUs first: STOPALL. */
#define HHC02235E "HHC02235E Command '%s' rejected: all CPUs must be stopped"
/* A device has new media; the guest was given a device end. */
#define HHC02245I "HHC02245I 0:%04X device initialized"
/* A file is in storage. */
#define HHC02250I "HHC02250I %s: %zu bytes loaded at %" PRIX64
/* A script begins. */
#define HHC02260I "HHC02260I Script %d: begin processing file %s"
/* A script pauses, and goes on. */
#define HHC02262I "HHC02262I Script %d: processing paused for %" PRIu64 " milliseconds..."
#define HHC02263I "HHC02263I Script %d: processing resumed..."
/* A script has ended. */
#define HHC02264I "HHC02264I Script %d: file %s processing ended"
/* The highest rates in any second. */
#define HHC02268I "HHC02268I Highest observed: %.2f million instructions, %.0f I/O operations a second"
/* Registers, four on a line. */
#define HHC02269I_TITLE "HHC02269I General purpose registers"
#define HHC02270I_TITLE "HHC02270I Floating point registers"
#define HHC02271I_TITLE "HHC02271I Control registers"
#define HHC022xxI_LINE "%s %s%s"
#define HHC02272I_TITLE "HHC02272I Access registers"
#define HHC02276I "HHC02276I Floating point control register: %08X"
#define HHC022xxI_REGISTERS "%s %s%s%02d=%08X %s%02d=%08X %s%02d=%08X %s%02d=%08X"
/* Floating-point registers, two on a line. */
#define HHC02270I "HHC02270I %sFP%02d=%016" PRIX64 " FP%02d=%016" PRIX64
/* A clock: its value and, where it is a date, which. */
#define HHC02274I "HHC02274I %s = %016" PRIX64 "    %s"
/* The prefix register: absolute address of the CPU's own low storage. */
#define HHC02277I "HHC02277I Prefix register: %08X"
/* The PSW as it would be stored. */
#define HHC02278I "HHC02278I Program status word: %s"
/* A device: type, what is mounted, state. */
#define HHC02279I "HHC02279I 0:%04X %-6s %s [%s]"
/* An instruction in storage. */
#define HHC02289I "HHC02289I %c%08" PRIX64 ": %-12s     %s"
/* Real storage: a line with the block's absolute address and its key, then the bytes. */
#define HHC02290I_KEY "HHC02290I A:%016" PRIX64 "  K:%02X"
#define HHC02290I "HHC02290I %c:%016" PRIX64 "  %s  %s"
#define HHC02290E "HHC02290E A:%016" PRIX64 "  %s"
/* Virtual storage, in the same way; an address may not be translatable. */
#define HHC02291I_KEY "HHC02291I R:%016" PRIX64 "  K:%02X"
#define HHC02291I "HHC02291I %c:%016" PRIX64 "  %s  %s"
#define HHC02291E "HHC02291E V:%016" PRIX64 "  %s"
/* The operands are wrong; the right ones follow. */
#define HHC02299E "HHC02299E Invalid command usage. Type 'help %s' for assistance."
/* DEVLIST found nothing. */
#define HHC02312W "HHC02312W Empty list"
/* An instruction that is about to be executed. */
#define HHC02324I "HHC02324I %sPSW=%s INST=%-12s %s"
/* A storage operand of the instruction, before it is executed: real address, key, bytes. */
#define HHC02326I "HHC02326I %s%c:%016" PRIX64 ":K:%02X=%s  %s"
/* ... or why it cannot be shown. */
#define HHC02326E "HHC02326E %s%c:%016" PRIX64 "  %s"
/* RUNTEST: begin, limit, run, end, and how long it took. */
#define HHC02332E "HHC02332E Script %d: test: timeout"
#define HHC02333I "HHC02333I Script %d: test: running..."
#define HHC02334I "HHC02334I Script %d: test: test ended"
#define HHC02336I "HHC02336I Script %d: test: test starting"
#define HHC02338I "HHC02338I Script %d: test: actual duration: %u.%06u seconds"
#define HHC02339I "HHC02339I Script %d: test: duration limit: %u.%03u seconds"
/* The size of storage. */
#define HHC17003I "HHC17003I %-8s storage is %s (%s); storage is not locked"
/* What STIDP stores. */
#define HHC17004I "HHC17004I CPUID  = %016llX"
#define HHC17006W "HHC17006W MAINSIZE %s to %s architectural %s"
/* How many CPUs there are. */
#define HHC17007I "HHC17007I NumCPU = %02d, NumVEC = %02d, MaxCPU = %02d"
/* A CPU: - started, * stopped, and what it has done. */
#define HHC17009I "HHC17009I PROC CP%02X %c %" PRIu64 " instructions"
#define HHC17010I "HHC17010I  - Started        : Stopping        * Stopped"
/* The program's number on the host. */
#define HHC17013I "HHC17013I Process ID = %d"
/* REXX cannot be had: Regina is not installed (libregina3), or was not there when this
 * program was built. */
#define HHC17500E "HHC17500E REXX(Regina) Initialization failed: %s"
/* Which REXX this is. */
#define HHC17528I "HHC17528I REXX(Regina) VERSION: %.*s"
/* A REXX program says something. */
#define HHC20130I "HHC20130I REXX: %s"
/* A REXX program ended by an error, of which Regina has told more. */
#define HHC20131E "HHC20131E REXX program %s ended by an error: %d"
/* What a REXX program returned. */
#define HHC20132I "HHC20132I REXX program %s returned %.*s"
/* How a command is written. */
#define HHC20001I "HHC20001I   Usage: %s%s%s"
/* A line that would be right. */
#define HHC20002I "HHC20002I   Example: %s"
/* The name that looks most like what was typed. */
#define HHC20003I "HHC20003I The nearest known command is '%s'"
/* The abbreviation fits several commands: type more of it. */
#define HHC20004E "HHC20004E '%s' could be any of:%s"
/* A quotation mark has no partner. */
#define HHC20005E "HHC20005E A quotation mark is not closed: %s"
/* The console does not take lines now. */
#define HHC20006E "HHC20006E 0:%04X does not take a line"
/* The statement belongs in a configuration file. */
#define HHC20007E "HHC20007E %s is possible only in a configuration file"
/* A symbol has no value; it was replaced by nothing. DEFSYM defines it. */
#define HHC20008W "HHC20008W The symbol %s is not defined"
/* A device number is up to four hexadecimal digits. */
#define HHC20009E "HHC20009E '%s' is no device number: up to four hexadecimal digits, for example 01F"
/* The channels did not begin the load. */
#define HHC20010E "HHC20010E 0:%04X cannot be loaded from"
/* The guest did not tell its watchdog (DIAGNOSE 288) in time that it was well. */
#define HHC20048W "HHC20048W Processor CP%02X: the guest's watchdog restarts it"
/* The guest has told the service processor what it is. */
#define HHC20159I "HHC20159I The guest is %s, name '%s', sysplex '%s', level %016" PRIX64
/* A CPU has not come to the end of its instruction. */
#define HHC20011E "HHC20011E The CPU did not stop"
/* No guest has asked to be told of a shutdown. */
#define HHC20012E "HHC20012E The guest cannot be signalled: it has not asked the service processor for it"
/* The CPU that commands are for. */
#define HHC20013I "HHC20013I Commands are for CPU %d"
/* There is no such CPU. */
#define HHC20014E "HHC20014E There is no CPU %s: numbers are 0 to %d"
/* The address is not in storage. */
#define HHC20015E "HHC20015E '%s' is no address in storage: hexadecimal, 0 to %" PRIX64
/* The file was longer than storage: the rest was left out. */
#define HHC20016W "HHC20016W %s does not fit into storage: its end was left out"
/* A TXT card that is none, or lies outside storage. */
#define HHC20017E "HHC20017E %s is no object deck that fits into storage: see its card %u"
/* Storage was written to a file. */
#define HHC20018I "HHC20018I Storage %" PRIX64 " to %" PRIX64 " saved in %s"
/* Virtual time has no rates. */
#define HHC20019I "HHC20019I In virtual time there are no rates: a second is 50 million instructions"
/* The rates of the last second. */
#define HHC20020I "HHC20020I In the last second: %.2f million instructions, %.0f I/O operations"
/* What the machine has done. */
#define HHC20021I "HHC20021I On for %.3f seconds, %" PRIu64 " instructions, %" PRIu64 " I/O operations"
/* Access registers came with ESA/370. */
#define HHC20022E "HHC20022E S/370 has no %s"
/* The fields of the PSW, by the names with which PSW alters them. */
#define HHC20023I "HHC20023I sm=%02X pk=%X cmwp=%X as=%s cc=%d pm=%X am=%d ia=%" PRIX64 " (%s)"
/* A storage key. */
#define HHC20024I "HHC20024I A:%016" PRIX64 "  K:%02X"
/* Clocks that are no dates. */
#define HHC20027I "HHC20027I %s = %016" PRIX64
#define HHC20028I "HHC20028I itm = %08X"
#define HHC20029I "HHC20029I virtual time: %.9f seconds"
/* A guest gave a command that is not for guests. */
#define HHC20030E "HHC20030E Not for guests: %s"
/* Take one back first: B-. */
#define HHC20031E "HHC20031E There can be no more than %d breakpoints"
/* B? shows the breakpoints. */
#define HHC20032E "HHC20032E There is no breakpoint %s"
/* The program interruptions that are reported. */
#define HHC20033I "HHC20033I Program interruptions reported:%s"
/* The device refused; it said why. */
#define HHC20034E "HHC20034E 0:%04X: not done"
/* A device is gone. */
#define HHC20035I "HHC20035I 0:%04X detached"
/* Another device has the number. */
#define HHC20036E "HHC20036E 0:%04X already exists"
/* A device has a new number. */
#define HHC20037I "HHC20037I 0:%04X is now 0:%04X"
/* The attention key of a device. */
#define HHC20038I "HHC20038I 0:%04X: attention"
/* Tracing of a device. */
#define HHC20039I "HHC20039I 0:%04X: trace of channel programs %s"
#define HHC20158I "HHC20158I 0:%04X: trace of operation-request blocks %s"
/* There is no console that takes lines. */
#define HHC20040E "HHC20040E No console takes this line"
/* A service processor's message has no room for it. */
#define HHC20155E "HHC20155E A line for the system console has at most %u characters: nothing was typed"
/* Only S/370 is there. */
/* Accepted, without effect: why. */
#define HHC20042W "HHC20042W %s has no effect here: %s"
/* A number outside its bounds. */
#define HHC20043E "HHC20043E '%s' is no value for %s: %d to %d"
/* VIRTUALTIME comes first. */
#define HHC20044E "HHC20044E VIRTUALTIME must come before all devices, and before the machine starts"
/* A symbol's name. */
#define HHC20045E "HHC20045E '%s' is no name for a symbol: letters, digits and _"
/* There is no such symbol. */
#define HHC20046E "HHC20046E There is no symbol %s"
/* A script calls itself, perhaps. */
#define HHC20050E "HHC20050E Scripts are more than %d deep: %s not run"
/* A wait in the script, or in one that it runs, failed. */
#define HHC20051E "HHC20051E Script %d: file %s ended by a failed wait"
/* The text between slashes is no regular expression. */
#define HHC20052E "HHC20052E %s is no regular expression: %s"
/* What a script waited for did not happen; the messages that follow show the state. */
#define HHC20053E "HHC20053E Waited in vain for %s: %s"
#define HHC20054I "HHC20054I The last line from there: %s"
#define HHC20055I "HHC20055I PSW=%s, CPU %s"
/* The checksum of a run: equal runs have equal ones. */
#define HHC20056I "HHC20056I Checksum %016" PRIX64 ": %" PRIu64 " instructions, %" PRIu64 \
    " interruptions, %" PRIu64 " console lines"
/* A script would run itself, and never end. */
#define HHC20057E "HHC20057E %s is not run: script %d is the same file, and is not yet at its end"
/* Somebody has cancelled a script. */
#define HHC20058I "HHC20058I Script %d: file %s cancelled"
/* Text of a help, or of a shell command. */
#define HHC20060I "HHC20060I   %s"
/* A group of commands. */
#define HHC20061I "HHC20061I %s:"
/* How to know more. */
#define HHC20062I "HHC20062I 'help COMMAND' explains one; 'help all' lists statements without effect, too"
/* Somebody says something. */
#define HHC20063I "HHC20063I Message: %s"
/* Shell commands are off. */
#define HHC20064E "HHC20064E Shell commands are not allowed: SHCMDOPT ENABLE in the configuration allows them"
/* The shell command failed. */
#define HHC20065E "HHC20065E The shell command ended with status %d"
/* Standard input has ended. */
#define HHC20066I "HHC20066I End of input"
/* The panel's first words. F1 shows its keys; `help` lists the commands. */
#define HHC20070I "HHC20070I F1 explains the panel's keys; help lists the commands, quit ends"
/* How to connect a terminal from this host; another host needs CNSLPORT with an address. */
#define HHC20071I "HHC20071I Terminals connect with: %s"
/* A script that is running, or that there is none. */
#define HHC20067I "HHC20067I Script %d: %s"
#define HHC20068I "HHC20068I No script is running"
#define HHC20069E "HHC20069E No such script is running"
/* A line that was typed before: HST NUMBER does it again. */
#define HHC20120I "HHC20120I %3d %s"
/* HST shows which lines there are. */
#define HHC20121E "HHC20121E There is no line %s: hst lists them"
/* A machine check has been made; the CPU takes it when it is enabled for it. */
#define HHC20140I "HHC20140I Processor CP%02X: machine check: %s"
/* The malfunctions that channel programs of the device are to meet: IOCHECK ... off takes
 * them back. */
#define HHC20141I "HHC20141I 0:%04X channel checks to come:%s"
/* What DS sees of the channel's side of a device. */
#define HHC20142I "HHC20142I 0:%04X %s"
/* A row of the translation cache: its number, the logical and the absolute address of the 2K
 * block, what it serves for, the number of the space and key it is for, the storage key. */
#define HHC20143I "HHC20143I %4u: %08" PRIX64 " is %08" PRIX64 " %c%c space %s, key %02X"
#define HHC20144I "HHC20144I %u of %u translations in use"
/* Stop the CPU first. */
#define HHC20145E "HHC20145E %s: processor CP%02X is running: stop it first"
/* How addresses are translated, and what is decoded at the instruction's address. */
#define HHC20146I "HHC20146I %s"
/* Only printers have forms. */
#define HHC20147E "HHC20147E 0:%04X is no printer"
/* Who takes calls, and at which port or path. */
#define HHC17001I "HHC17001I %s server listening on port %s"
#define HHC17002I "HHC17002I %s server inactive"
#define HHC20148I "HHC20148I 0:%04X %s takes calls at %s"
/* The host got SIGPWR, which tells that its power fails. */
#define HHC20149W "HHC20149W The host's power fails: machine check, warning, to all processors"
/* An event of PTT's table: the machine's seconds, its class; for interruptions the CPU, the
 * code, how many instructions it had executed, and the old PSW. */
#define HHC20150I "HHC20150I %.6f %s %s%s"
#define HHC20151I "HHC20151I Events kept:%s; the last %" PRIu64
/* Ask for a smaller table. */
#define HHC20152E "HHC20152E The host has no storage for %" PRId64 " events"
/* A facility of the processor: FACILITY switches it. */
#define HHC20153I "HHC20153I Facility %-34s %-8s %3u instructions"
/* A bit of STFLE's list that has no instructions of its own; the list, by doublewords. */
#define HHC20156I "HHC20156I Facility bit %d is %s"
#define HHC20157I "HHC20157I Facilities from bit %3u: %016" PRIX64
/* Whether T+ shows the instructions of a CPU. */
#define HHC20154I "HHC20154I Processor CP%02X: a trace's instructions are %s"
/* A frame that TEST BLOCK finds unusable, or that there is none such. */
#define HHC20122I "HHC20122I Frame %08" PRIX64 " is unusable"
#define HHC20123I "HHC20123I All frames are usable"

/* ---- those who call the operator ------------------------------------------------- */

/* The control socket: `endicott ctl -s PATH` gives commands there. */
#define HHC20080I "HHC20080I Control socket %s"
/* A place where others were to reach the operator cannot be had. The session goes on
 * without; another CONTROL or HTTP command may name a better place. */
#define HHC20081W "HHC20081W No service at %s: %s"
/* The same as HHC20080I over TCP: who does not say the token is not heard. */
#define HHC20082I "HHC20082I Control port %d, token %s"
/* The page for a browser on this host; who has its whole address may do everything. */
#define HHC20091E "HHC20091E %s, line %u: '%s' is no hexadecimal address"
#define HHC20084I "HHC20084I Web page http://localhost:%d/#%s"
/* A token would be guessed, or could not stand in an address. */
#define HHC20083E "HHC20083E A token has 8 to %d letters, digits, - . _ or ~"

#endif
