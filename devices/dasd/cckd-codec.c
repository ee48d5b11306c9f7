#include "config.h"

#include "devices/dasd/cckd-codec.h"

#include <bzlib.h>
#include <string.h>
#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>
#else
#include <zlib.h>
#endif

enum { TOO_SHORT_TO_COMPRESS = 512, QUICKEST = 1 };

/* ---- zlib's format -------------------------------------------------------------------- */

#ifdef HAVE_LIBDEFLATE

static size_t compress_zlib(struct cckd_codec *codec, int level, const uint8_t *from, size_t n,
                            uint8_t *to, size_t room)
{
    if (codec->compressor && codec->level != level) {
        libdeflate_free_compressor(codec->compressor);
        codec->compressor = NULL;
    }
    if (!codec->compressor)
        codec->compressor = libdeflate_alloc_compressor(level);
    codec->level = level;
    return codec->compressor
        ? libdeflate_zlib_compress(codec->compressor, from, n, to, room) : 0;
}

static size_t expand_zlib(struct cckd_codec *codec, const uint8_t *from, size_t length, uint8_t *to,
                          size_t room)
{
    size_t n;
    if (!codec->expander)
        codec->expander = libdeflate_alloc_decompressor();
    return codec->expander
        && libdeflate_zlib_decompress(codec->expander, from, length, to, room, &n)
           == LIBDEFLATE_SUCCESS ? n : 0;
}

void cckd_codec_release(struct cckd_codec *codec)
{
    libdeflate_free_compressor(codec->compressor);
    libdeflate_free_decompressor(codec->expander);
    *codec = (struct cckd_codec){ 0 };
}

#else

static size_t compress_zlib(struct cckd_codec *codec, int level, const uint8_t *from, size_t n,
                            uint8_t *to, size_t room)
{
    (void)codec;
    uLongf length = room;
    return compress2(to, &length, from, n, level) == Z_OK ? length : 0;
}

static size_t expand_zlib(struct cckd_codec *codec, const uint8_t *from, size_t length, uint8_t *to,
                          size_t room)
{
    (void)codec;
    uLongf expanded = room;
    return uncompress(to, &expanded, from, length) == Z_OK ? expanded : 0;
}

void cckd_codec_release(struct cckd_codec *codec)
{
    *codec = (struct cckd_codec){ 0 };
}

#endif

/* ---- either --------------------------------------------------------------------------------- */

static size_t squeeze(const uint8_t *from, size_t n, uint8_t *to, size_t room, int blocks)
{
    unsigned length = (unsigned)room;
    return BZ2_bzBuffToBuffCompress((char *)to, &length, (char *)from, (unsigned)n, blocks, 0, 0)
        == BZ_OK ? length : 0;
}

size_t cckd_compress(struct cckd_codec *codec, enum cckd_compression wanted, int parameter,
                     const uint8_t *from, size_t n, uint8_t *to, unsigned *how)
{
    int level = parameter >= 1 && parameter <= 9 ? parameter : QUICKEST;
    size_t length = 0;
    if (n >= TOO_SHORT_TO_COMPRESS && wanted == CCKD_ZLIB)
        length = compress_zlib(codec, level, from, n, to, n - 1);
    else if (n >= TOO_SHORT_TO_COMPRESS && wanted == CCKD_BZIP2)
        length = squeeze(from, n, to, n - 1, level);
    *how = length ? wanted : CCKD_UNCOMPRESSED;
    if (length)
        return length;
    memcpy(to, from, n);
    return n;
}

size_t cckd_expand(struct cckd_codec *codec, unsigned how, const uint8_t *from, size_t length,
                   uint8_t *to, size_t room)
{
    if (how == CCKD_UNCOMPRESSED) {
        if (length > room)
            return 0;
        memcpy(to, from, length);
        return length;
    }
    if (how == CCKD_ZLIB)
        return expand_zlib(codec, from, length, to, room);
    if (how == CCKD_BZIP2) {
        unsigned expanded = (unsigned)room;
        return BZ2_bzBuffToBuffDecompress((char *)to, &expanded, (char *)from,
                                          (unsigned)length, 0, 0) == BZ_OK ? expanded : 0;
    }
    return 0;
}
