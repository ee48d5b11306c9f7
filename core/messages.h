/* The catalogue: every message that the emulator has, with its identifier, its
 * text, and above it what it means and what the reader can do. Where the event is
 * one that Hercules reports too, number and layout are the field's, because
 * automation waits for them. docs/messages.md is made from this file.
 *
 * Each is a printf format, so that the compiler checks every use. The last letter
 * of the identifier is the severity: S severe, E error, W warning, I information. */
#ifndef CORE_MESSAGES_H
#define CORE_MESSAGES_H

/* ---- processor ---------------------------------------------------------- */

/* A program interruption occurred that OSTAILOR and PGMTRACE ask to report. */
#define HHC00801I "HHC00801I Processor CP%02X: %s interruption code %04X ilc %d"
/* The new PSW of a program interruption leads to the same interruption again:
 * the CPU is stopped. Display storage at the address in the PSW. */
#define HHC00803I "HHC00803I Processor CP%02X: program interrupt loop PSW %s"
/* A disabled wait: the program has ended or given up. The last digits of the PSW
 * are its wait-state code; the guest's manual explains it. */
#define HHC00809I "HHC00809I Processor CP%02X: disabled wait state %s"
/* The architecture of a CPU, at its start and when it changes. */
#define HHC00811I "HHC00811I Processor CP%02X: architecture mode %s"
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
/* Channel trace: an I/O instruction was addressed to the device. */
#define HHC01318I "HHC01318I 0:%04X CHAN: %s: cc=%d"
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
/* cu= names no control unit of disks: 2314, 2835, 2841, 3830, 3880, 3990, 9343. */
#define HHC00416E "HHC00416E 0:%04X control unit %s not found in dasd table"
/* An option that means something elsewhere. Every write is at once, of what changed. */
#define HHC00460I "HHC00460I 0:%04X disk: %s is accepted and has no effect"
/* Shadow files are not there yet: merge them into the image first (Hercules' `sf-`). */
#define HHC00461E "HHC00461E 0:%04X disk: %s: shadow files are not there yet"

#endif
