#include "devices/dasd/ckd-format.h"

bool ckd_compressed_open(struct ckd_image *image, const uint8_t *header,
                         struct ckd_complaint *complaint)
{
    (void)header;
    return complain(complaint, "%s is a compressed image; those are not there yet",
                    image->file[0].path);
}

bool ckd_compressed_create(const char *path, struct ckd_creation *creation,
                           struct ckd_complaint *complaint)
{
    (void)creation;
    return complain(complaint, "%s: compressed images are not there yet", path);
}
