/* Translation between the host's characters and EBCDIC, by the names the field
 * gives to its tables. */
#ifndef CORE_CODEPAGE_H
#define CORE_CODEPAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct codepage {
    char name[32];
    uint8_t to_guest[256];   /* host byte (ISO 8859-1 or as named) -> EBCDIC */
    uint8_t to_host[256];
};

/* The tables for a name like "819/1047" (host/guest), "037", "1047", "default".
 * A number alone is the guest's page, the host's then is 819 (ISO 8859-1). Pages
 * are those that iconv knows as IBMnnn, CPnnn or by the name itself, and "037v2", which
 * is 037 with the brackets at AD and BD; "ISOANSI" is 819. False, and
 * the table left alone, if the name is unknown or not a single-byte page. */
bool codepage_find(struct codepage *, const char *name);

/* What a machine has unless told otherwise: 819/1047. */
void codepage_default(struct codepage *);

void codepage_to_guest(const struct codepage *, uint8_t *bytes, size_t);
void codepage_to_host(const struct codepage *, uint8_t *bytes, size_t);

#endif
