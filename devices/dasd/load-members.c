#include "devices/dasd/load-members.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"

/* Where a block was, and where it is. */
struct move { unsigned from, to; };          /* TTR as a number */
struct moves { struct move *move; size_t count; };

static unsigned packed(unsigned track, unsigned record) { return track << 8 | record; }

static bool add_move(struct moves *moves, unsigned from, unsigned to)
{
    enum { BATCH = 1024 };
    if (moves->count % BATCH == 0) {
        void *more = realloc(moves->move, (moves->count + BATCH) * sizeof *moves->move);
        if (!more)
            return false;
        moves->move = more;
    }
    moves->move[moves->count++] = (struct move){ from, to };
    return true;
}

static int by_from(const void *a, const void *b)
{
    const struct move *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

static bool moved(const struct moves *moves, unsigned from, unsigned *to)
{
    struct move key = { from, 0 };
    const struct move *found = moves->count
        ? bsearch(&key, moves->move, moves->count, sizeof key, by_from) : NULL;
    if (found)
        *to = found->to;
    return found != NULL;
}

/* ---- members ----------------------------------------------------------------------------- */

static bool copy_blocks(struct build *b, struct unloaded *u, struct moves *moves)
{
    struct unloaded_block block;
    int result;
    while ((result = unloaded_next(u, &block)) > 0) {
        struct ttr at;
        if (!build_block(b, block.key, block.key_length, block.data, block.length, &at))
            return false;
        if (!add_move(moves, packed(block.track, block.record), packed(at.track, at.record)))
            return complain(b->complaint, "out of storage");
    }
    if (moves->count)
        qsort(moves->move, moves->count, sizeof *moves->move, by_from);
    return result == 0;
}

/* ---- the directory -------------------------------------------------------------------------- */

enum { NAME = 8, ENTRY = 12, TTRN = 4, TTRS_SHIFT = 5, HALFWORDS = 0x1F };

static void put_ttr(uint8_t *p, unsigned ttr)
{
    p[0] = (uint8_t)(ttr >> 16);
    put16(p + 1, (uint16_t)ttr);
}

static unsigned get_ttr(const uint8_t *p) { return (unsigned)p[0] << 16 | get16(p + 1); }

/* A block that begins with `number` TTRNs. */
static bool move_note_list(struct build *b, const struct moves *moves, unsigned ttr,
                           unsigned number)
{
    uint8_t list[TTRN * 256];
    size_t length;
    struct ttr at = { ttr >> 8, ttr & 0xFF };
    if (!build_read(b, at, list, sizeof list, &length))
        return false;
    for (unsigned i = 0; i < number && (i + 1) * TTRN <= length; i++) {
        unsigned to, from = get_ttr(list + i * TTRN);
        if (from && moved(moves, from, &to))
            put_ttr(list + i * TTRN, to);
    }
    return build_change(b, at, NULL, list, length);
}

/* An entry: name, TTR, a byte: alias, how many TTRNs begin the user's data, halfwords of that.
 * An alias's note list is its member's: it is moved with that. */
static bool move_entry(struct build *b, const struct moves *moves, uint8_t *entry)
{
    unsigned to, flags = entry[NAME + 3], ttrs = flags >> TTRS_SHIFT & 3;
    if (!moved(moves, get_ttr(entry + NAME), &to))
        return complain(b->complaint, "%s: a member is at track %u record %u, where the unloaded data"
                        " set has no block", b->set.name, get_ttr(entry + NAME) >> 8,
                        get_ttr(entry + NAME) & 0xFF);
    put_ttr(entry + NAME, to);
    for (unsigned i = 0; i < ttrs && (i + 1) * TTRN <= (flags & HALFWORDS) * 2u; i++) {
        uint8_t *user = entry + ENTRY + i * TTRN;
        unsigned from = get_ttr(user);
        if (from == 0 || !moved(moves, from, &to))
            continue;
        put_ttr(user, to);
        if (user[3] && !(flags & 0x80) && !move_note_list(b, moves, to, user[3]))
            return false;
    }
    return true;
}

static bool move_directory_block(struct build *b, const struct moves *moves, uint8_t *block,
                                 uint8_t key[BUILD_DIRECTORY_KEY], bool *last)
{
    static const uint8_t ones[NAME] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    unsigned used = get16(block), at = 2;
    *last = false;
    if (used < 2 || used > BUILD_DIRECTORY_DATA)
        return complain(b->complaint, "%s: a directory block says that %u of its 256 bytes are used",
                        b->set.name, used);
    while (at + NAME <= used) {
        uint8_t *entry = block + at;
        memcpy(key, entry, NAME);
        if (memcmp(entry, ones, NAME) == 0) {
            *last = true;
            return true;
        }
        unsigned size = at + ENTRY <= used ? ENTRY + (entry[NAME + 3] & HALFWORDS) * 2u : 0;
        if (size == 0 || at + size > used)
            return complain(b->complaint, "%s: a directory entry is longer than its block",
                            b->set.name);
        if (!move_entry(b, moves, entry))
            return false;
        at += size;
    }
    return true;
}

/* The blocks that were unloaded take the place of the empty ones. */
static bool write_directory(struct build *b, struct unloaded *u, const struct moves *moves)
{
    unsigned a_track = build_records_a_track(b->geometry, BUILD_DIRECTORY_KEY,
                                             BUILD_DIRECTORY_DATA);
    bool last = false;
    for (unsigned i = 0; i < u->blocks && !last; i++) {
        uint8_t key[BUILD_DIRECTORY_KEY] = { 0 }, *block = u->directory + i * UNLOADED_DIRECTORY;
        if (!move_directory_block(b, moves, block, key, &last)
            || !build_change(b, (struct ttr){ i / a_track, i % a_track + 1 }, key, block,
                             UNLOADED_DIRECTORY))
            return false;
    }
    return true;
}

static bool load(struct build *b, const struct build_set *wanted, struct unloaded *u)
{
    struct moves moves = { .count = 0 };
    struct build_set set = *wanted;
    set.organization = (uint16_t)u->organization;
    set.recfm = u->recfm;
    set.option = u->option;
    set.lrecl = u->lrecl;
    set.blksize = u->blksize;
    set.key = u->key;
    if (set.directory < u->blocks)
        set.directory = (unsigned)u->blocks;
    bool good = build_set_begin(b, &set) && copy_blocks(b, u, &moves)
        && write_directory(b, u, &moves) && build_set_end(b);
    free(moves.move);
    return good;
}

static bool load_from(struct build *b, const struct build_set *wanted, const char *path,
                      struct unloaded_source *source)
{
    struct unloaded u;
    char text[200];
    if (!unloaded_begin(&u, source, b->complaint)) {
        snprintf(text, sizeof text, "%.199s", b->complaint->text);
        return complain(b->complaint, "%s: %s", path, text);
    }
    bool good = load(b, wanted, &u);
    unloaded_end(&u);
    return good;
}

/* ---- where they come from ------------------------------------------------------------------------ */

int transmitted_next(struct unloaded_source *source, const uint8_t **bytes, size_t *length,
                     struct disk_complaint *complaint)
{
    struct transmission *x = ((struct transmitted_source *)source)->transmission;
    for (;;) {
        enum transmit_result result = transmit_next(x, bytes, length);
        if (result == TRANSMIT_BAD)
            return complain(complaint, "%s", transmit_error(x)) - 1;
        if (result == TRANSMIT_END)
            return 0;
        if (*length)
            return 1;
    }
}

bool load_transmitted_members(struct build *b, const struct build_set *wanted, const char *path,
                              struct transmission *x)
{
    struct transmitted_source source = { { transmitted_next }, x };
    return load_from(b, wanted, path, &source.source);
}

struct file_source { struct unloaded_source source; FILE *file; uint8_t bytes[1 << 14]; };

static int file_next(struct unloaded_source *source, const uint8_t **bytes, size_t *length,
                     struct disk_complaint *complaint)
{
    struct file_source *from = (struct file_source *)source;
    *length = fread(from->bytes, 1, sizeof from->bytes, from->file);
    *bytes = from->bytes;
    if (*length == 0 && ferror(from->file))
        return complain(complaint, "it can't be read: %s", strerror(errno)) - 1;
    return *length != 0;
}

bool load_unloaded_file(struct build *b, const struct build_set *wanted, const char *path)
{
    struct file_source source = { { file_next }, fopen(path, "rbe"), { 0 } };
    if (!source.file)
        return complain(b->complaint, "%s can't be opened: %s", path, strerror(errno));
    bool good = load_from(b, wanted, path, &source.source);
    fclose(source.file);
    return good;
}
