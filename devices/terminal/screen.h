/* What the control unit knows of a 3270's buffer: its size, where the fields are, and the
 * buffer address, which goes from command to command in a chain (GA23-0059, 3270 Data
 * Stream Programmer's Reference, chapters 3 and 4). The characters are at the terminal.
 * No I/O; nothing here trusts what it parses. */
#ifndef DEVICES_TERMINAL_SCREEN_H
#define DEVICES_TERMINAL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCREEN_MOST = 16384 };       /* positions that a 14-bit address can name */

/* What a command is called over the line, in front of its data (GA23-0059 3; the codes for
 * remote attachment, as RFC 1576 has them). */
enum { LINE_WRITE = 0xF1, LINE_ERASE_WRITE = 0xF5, LINE_ERASE_WRITE_ALTERNATE = 0x7E,
       LINE_STRUCTURED = 0xF3, LINE_ERASE_ALL = 0x6F, LINE_READ_BUFFER = 0xF2,
       LINE_READ_MODIFIED = 0xF6, LINE_READ_MODIFIED_ALL = 0x6E };

/* Orders (GA23-0059 4). */
enum order {
    ORDER_PT = 0x05, ORDER_GE = 0x08, ORDER_SBA = 0x11, ORDER_EUA = 0x12, ORDER_IC = 0x13,
    ORDER_SF = 0x1D, ORDER_SA = 0x28, ORDER_SFE = 0x29, ORDER_MF = 0x2C, ORDER_RA = 0x3C
};

/* Write control character. */
enum { WCC_START_PRINTER = 0x08, WCC_ALARM = 0x04, WCC_RESTORE = 0x02, WCC_RESET_MDT = 0x01 };

/* Attention identifiers that are looked at (GA23-0059 3). */
enum { AID_NONE = 0x60, AID_STRUCTURED = 0x88, AID_TEST_REQUEST = 0xF0 };

struct screen {
    unsigned rows, columns;                     /* as of the last erase */
    unsigned default_rows, default_columns, alternate_rows, alternate_columns;
    bool elastic;                               /* IBM-DYNAMIC: its size is not known yet */
    unsigned address;                           /* buffer address */
    unsigned cursor;
    uint8_t attributes[SCREEN_MOST];            /* of a field that begins here, or 0 */
};

/* A terminal of this alternate size, erased to the default one. */
void screen_power_on(struct screen *, unsigned default_rows, unsigned default_columns,
                     unsigned alternate_rows, unsigned alternate_columns);
unsigned screen_size(const struct screen *);

/* Erase/write, erase/write alternate: what they do before their data. */
void screen_erase(struct screen *, bool alternate);

/* The orders and characters behind the WCC, from the buffer address on. Returns how many
 * bytes are good: less than `length` if an order is cut short or has an address that the
 * buffer has not (operation check). */
size_t screen_write(struct screen *, const uint8_t *bytes, size_t length);

/* Structured fields to the terminal: those that write and erase. */
void screen_structured(struct screen *, const uint8_t *bytes, size_t length);

/* Erase all unprotected: the buffer address and cursor go to the first such field. */
void screen_erase_unprotected(struct screen *);

/* A buffer address in two bytes, to and from: 12 bits coded as graphics, or 14 bits. */
unsigned screen_address(const uint8_t bytes[2]);
void screen_put_address(uint8_t bytes[2], unsigned address);

/* ---- what a terminal sends: AID, cursor address, data ---------------------------------- */

/* The bytes before the data: three, or less if there is no more. */
size_t screen_heading(const uint8_t *bytes, size_t length);

/* Where in the data of a read the first thing is that belongs to a buffer address of `from`
 * or more. */
size_t screen_find(const uint8_t *bytes, size_t length, unsigned from);

/* The buffer address behind the last thing of the data's first `length` bytes, which begin
 * at address `from`. Without the heading. */
unsigned screen_behind(const struct screen *, const uint8_t *data, size_t length, unsigned from);

/* Is this the whole buffer, as read buffer gives it? */
bool screen_is_buffer(const struct screen *, const uint8_t *bytes, size_t length);

/* Query replies tell the size of an IBM-DYNAMIC's screen. */
void screen_learn(struct screen *, const uint8_t *bytes, size_t length);

#endif
