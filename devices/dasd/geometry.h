/* The shapes of CKD disks, and the arithmetic of their tracks. */
#ifndef DEVICES_DASD_GEOMETRY_H
#define DEVICES_DASD_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum capacity_formula { PLAIN, GAPS, CELLS, SEGMENTS };   /* see models.def */

/* Lengths are in bytes of the guest's. */
struct ckd_geometry {
    const char *name;             /* "3330-11" */
    uint16_t type;                /* 0x3330 */
    uint8_t model, code;          /* of sense ID; of read device characteristics byte 5 */
    uint16_t cylinders, alternates;
    uint8_t heads;
    uint16_t r0_length, r1_length;   /* the longest R0 on a track; R1 behind a standard R0 */
    uint16_t capacity;            /* what the records behind a standard R0 may take */
    uint16_t before_r0;
    uint8_t sectors;              /* 0: no rotational position sensing */
    uint16_t rps_factor;
    enum capacity_formula formula;
    uint16_t factor[6];
    const char *control_unit;
};

/* The model of this name, "3330-11"; a type alone, "3330", is its first model. NULL if
 * there is none. */
const struct ckd_geometry *ckd_geometry_find(const char *name);

/* The smallest model of a type (0x3330) that has `cylinders`, alternates included; the
 * largest if none has; NULL if the type is unknown. */
const struct ckd_geometry *ckd_geometry_fit(uint16_t type, unsigned cylinders);

/* The type that an image's header means by its one byte, or 0: 0x30 is 0x3330. */
uint16_t ckd_geometry_type(uint8_t header_byte);

/* Row i, or NULL past the last. */
const struct ckd_geometry *ckd_geometry_row(size_t i);

/* What a track takes in an image: home address, R0, R1 and the end, to a whole 512. */
size_t ckd_track_size(const struct ckd_geometry *);

/* What a record takes of the capacity. */
unsigned ckd_record_space(const struct ckd_geometry *, unsigned key, unsigned data, bool last);

/* The sector at which a record begins that has `space` taken before it on its track. */
unsigned ckd_sector(const struct ckd_geometry *, unsigned space);

#endif
