/* How the bytes of an image in a compressed file are compressed. A codec holds what
 * (de)compressing needs from call to call: one for each thread. Private to devices/dasd/. */
#ifndef DEVICES_DASD_CCKD_CODEC_H
#define DEVICES_DASD_CCKD_CODEC_H

#include <stddef.h>
#include <stdint.h>

enum cckd_compression { CCKD_UNCOMPRESSED = 0, CCKD_ZLIB = 1, CCKD_BZIP2 = 2 };

/* All zeros: nothing held yet. */
struct cckd_codec {
    void *expander, *compressor;
    int level;                    /* the compressor's */
};

void cckd_codec_release(struct cckd_codec *);

/* `parameter` is a level from 1 to 9, anything else: the quickest. `to` has room for n. The
 * length, and in *how what was done: nothing, if it is not wanted, or would not shrink. */
size_t cckd_compress(struct cckd_codec *, enum cckd_compression wanted, int parameter,
                     const uint8_t *from, size_t n, uint8_t *to, unsigned *how);

/* And back; 0 if the bytes are bad. */
size_t cckd_expand(struct cckd_codec *, unsigned how, const uint8_t *from, size_t length,
                   uint8_t *to, size_t room);

#endif
