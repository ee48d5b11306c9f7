#include "devices/dasd/geometry.h"

#include <string.h>
#include <strings.h>

static const struct ckd_geometry models[] = {
#define MODEL(name, type, model, code, cylinders, alternates, heads, r0, r1, capacity, before, \
              sectors, rps, formula, f1, f2, f3, f4, f5, f6, control_unit) \
    { name, type, model, code, cylinders, alternates, heads, r0, r1, capacity, before, \
      sectors, rps, formula, { f1, f2, f3, f4, f5, f6 }, control_unit },
#include "devices/dasd/models.def"
#undef MODEL
};
enum { MODELS = sizeof models / sizeof *models };

const struct ckd_geometry *ckd_geometry_row(size_t i) { return i < MODELS ? &models[i] : NULL; }

const struct ckd_geometry *ckd_geometry_find(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < MODELS; i++)
        if (strcasecmp(models[i].name, name) == 0)
            return &models[i];
    for (size_t i = 0; i < MODELS; i++)
        if (length == 4 && strncmp(models[i].name, name, 4) == 0)
            return &models[i];
    return NULL;
}

const struct ckd_geometry *ckd_geometry_fit(uint16_t type, unsigned cylinders)
{
    const struct ckd_geometry *fit = NULL;
    for (size_t i = 0; i < MODELS; i++) {
        const struct ckd_geometry *row = &models[i];
        if (row->type != type)
            continue;
        bool holds = row->cylinders + row->alternates >= (int)cylinders;
        bool fit_holds = fit && fit->cylinders + fit->alternates >= (int)cylinders;
        if (!fit || (holds && (!fit_holds || row->cylinders < fit->cylinders))
            || (!holds && !fit_holds && row->cylinders > fit->cylinders))
            fit = row;
    }
    return fit;
}

uint16_t ckd_geometry_type(uint8_t header_byte)
{
    for (size_t i = 0; i < MODELS; i++)
        if ((models[i].type & 0xFF) == header_byte)
            return models[i].type;
    return 0;
}

size_t ckd_track_size(const struct ckd_geometry *g)
{
    enum { HOME_ADDRESS = 5, COUNT = 8, STANDARD_R0 = 8 + 8, END = 8 };
    return (HOME_ADDRESS + STANDARD_R0 + COUNT + g->r1_length + END + 511) / 512 * 512;
}

static unsigned whole(unsigned bytes, unsigned cell) { return (bytes + cell - 1) / cell * cell; }

/* GC26-4574: a field of `length` bytes with its error correction, in cells. */
static unsigned segments(const uint16_t f[6], unsigned fixed, unsigned length)
{
    unsigned codes = (length + f[5] + 2u * f[4] - 1) / (2u * f[4]);
    return fixed * f[0] + whole(length + f[5] * codes + f[3], f[0]);
}

unsigned ckd_record_space(const struct ckd_geometry *g, unsigned key, unsigned data, bool last)
{
    const uint16_t *f = g->factor;
    switch (g->formula) {
    case GAPS:
        if (!last)
            return f[1] + (key ? f[0] : 0) + (key + data) * f[2] / f[3];
        return (key ? f[0] : 0) + key + data;
    case PLAIN:
        return f[1] + (key ? f[0] : 0) + key + data;
    case CELLS:
        return whole(data + f[1], f[0]) + (key ? whole(key + f[2], f[0]) : 0);
    case SEGMENTS:
        return segments(f, f[1], data) + (key ? segments(f, f[2], key) : 0);
    }
    return 0;
}

unsigned ckd_sector(const struct ckd_geometry *g, unsigned space)
{
    if (g->sectors == 0)
        return 0;
    unsigned whole_track = g->capacity + g->before_r0;
    unsigned sector = (g->before_r0 + space) * g->sectors / whole_track;
    return sector < g->sectors ? sector : g->sectors - 1u;
}
