/* DIAGNOSE 250: a disk's blocks of one size, by number, without channel programs: CP's block I/O as
 * Linux uses it (drivers/s390/block/dasd_diag.c), for FBA disks and for CKD disks whose tracks have
 * records of that size. The blocks are moved when the instruction ends; who wants to be interrupted at the
 * end, is, as soon as the masks let that in. */
#include <stdlib.h>
#include <string.h>

#include "console/block-io.h"
#include "console/commands.h"
#include "core/bytes.h"

enum function { BEGIN = 0, TRANSFER = 1, END = 2 };

/* Return codes; beside the first three, condition code 2, and 1 where some blocks were moved. */
enum answer { SUCCESS = 0, READ_ONLY = 4, STARTED = 8, SOME_MOVED = 12, NO_DEVICE = 16, NOT_SUPPORTED = 20,
              BAD_BLOCK_SIZE = 24, WRONG_STATE = 28, BAD_COUNT = 36, NONE_MOVED = 40 };

/* What became of a block. */
enum block_status { MOVED = 0, NO_SUCH_BLOCK = 1, NO_STORAGE = 2, PROTECTED = 3, DISK_IS_READ_ONLY = 4,
                    OTHER_LENGTH = 5, IO_ERROR = 6, BAD_REQUEST = 7 };

/* Fields of the parameter blocks, in their two formats: addresses and block numbers of 4 bytes or of 8. */
struct format {
    bool wide;
    uint8_t offset, start, end;                 /* BEGIN */
    uint8_t list;                               /* TRANSFER */
    uint8_t entry_size, entry_block, entry_buffer;
};
static const struct format formats[] = {
    { false, 28, 32, 36, 36, 16, 4, 12 }, { true, 32, 40, 48, 48, 24, 8, 16 }
};
enum { DEVICE = 0, FORMAT = 2, BLOCK_SIZE_AT = 24, KEY = 24, FLAGS = 25, COUNT = 28,
       TOKEN = 40, PARAMETERS = 64, WIDE = 0x80, TELL = 0x02, MOST_BLOCKS = 256, LARGEST = 4096 };
enum { ENTRY_TYPE = 0, ENTRY_STATUS = 1, ENTRY_WRITE = 1, ENTRY_READ = 2 };

struct environment {
    struct environment *next;
    uint16_t device;
    uint32_t block_size;
    int64_t offset;
    bool is_fba;
    uint32_t heads, a_track;                    /* CKD: records a track */
    uint64_t blocks;
};

struct block_io {
    pthread_mutex_t lock;
    struct environment *environments;
};

/* ---- a disk's commands ------------------------------------------------------------------------ */

enum ckd_command { READ_DATA = 0x06, WRITE_DATA = 0x05, SEEK = 0x07, READ_COUNT = 0x12, SEARCH_ID = 0x31 };
enum fba_command { FBA_WRITE = 0x41, FBA_READ = 0x42, FBA_LOCATE = 0x43, FBA_EXTENT = 0x63 };
enum { READ_CHARACTERISTICS = 0x64, FBA_CLASS = 0x21, CKD_CLASS = 0x20, FBA_SECTOR = 512 };

/* A chain of commands on a device that is ours alone. */
struct chain { struct device *dev; uint8_t previous; size_t moved; };

static unsigned command(struct chain *chain, uint8_t code, const void *in, size_t length, void *out,
                        size_t room, bool chains)
{
    struct lone_exchange lone = { .in = in, .in_length = length, .out = out, .out_room = room,
                                  .command = code, .previous = chain->previous,
                                  .chained = chain->previous != 0, .chains = chains };
    if (!chain->previous && chain->dev->type->begin)
        chain->dev->type->begin(chain->dev);
    unsigned status = device_command_alone(chain->dev, &lone);
    chain->previous = code;
    chain->moved = in ? lone.taken : lone.given;
    if ((!chains || status & (UNIT_CHECK | UNIT_EXCEPTION)) && chain->dev->type->end)
        chain->dev->type->end(chain->dev, status);
    return status;
}

static void put_place(uint8_t *place, const struct environment *e, uint64_t track)
{
    put16(place, (uint16_t)(track / e->heads));
    put16(place + 2, (uint16_t)(track % e->heads));
}

static bool go_to_track(struct chain *chain, const struct environment *e, uint64_t track)
{
    uint8_t place[6] = { 0 };
    put_place(place + 2, e, track);
    return command(chain, SEEK, place, sizeof place, NULL, 0, true) == UNIT_ENDED;
}

/* The record comes by once in a turn: each search looks at the next one. */
static bool find_record(struct chain *chain, const struct environment *e, uint64_t track, unsigned record)
{
    uint8_t id[5];
    put_place(id, e, track);
    id[4] = (uint8_t)record;
    for (unsigned i = 0; i < 2 * 256; i++) {
        unsigned status = command(chain, SEARCH_ID, id, sizeof id, NULL, 0, true);
        if (status & UNIT_STATUS_MODIFIER)
            return true;
        if (status != UNIT_ENDED)
            return false;
    }
    return false;
}

static enum block_status failure_of(const struct device *dev, bool writes)
{
    enum { WRITE_INHIBITED = 0x02 };
    return writes && dev->sense[1] & WRITE_INHIBITED ? DISK_IS_READ_ONLY : IO_ERROR;
}

static enum block_status move_record(struct device *dev, const struct environment *e, uint64_t block,
                                     uint8_t *bytes, bool writes)
{
    struct chain chain = { dev, 0, 0 };
    uint64_t track = block / e->a_track;
    if (!go_to_track(&chain, e, track) ||
        !find_record(&chain, e, track, (unsigned)(block % e->a_track) + 1))
        return IO_ERROR;
    unsigned status = writes
        ? command(&chain, WRITE_DATA, bytes, e->block_size, NULL, 0, false)
        : command(&chain, READ_DATA, NULL, 0, bytes, e->block_size, false);
    if (status != UNIT_ENDED)
        return failure_of(dev, writes);
    return chain.moved == e->block_size ? MOVED : OTHER_LENGTH;
}

static enum block_status move_sectors(struct device *dev, const struct environment *e, uint64_t block,
                                      uint8_t *bytes, bool writes)
{
    struct chain chain = { dev, 0, 0 };
    uint32_t sectors = e->block_size / FBA_SECTOR, first = (uint32_t)block * sectors;
    uint8_t extent[16] = { writes ? 0xC0 : 0x40 }, locate[8] = { writes ? 0x01 : 0x06 };
    put32(extent + 4, first);
    put32(extent + 12, sectors - 1);
    put16(locate + 2, (uint16_t)sectors);
    if (command(&chain, FBA_EXTENT, extent, sizeof extent, NULL, 0, true) != UNIT_ENDED ||
        command(&chain, FBA_LOCATE, locate, sizeof locate, NULL, 0, true) != UNIT_ENDED)
        return IO_ERROR;
    unsigned status = writes
        ? command(&chain, FBA_WRITE, bytes, e->block_size, NULL, 0, false)
        : command(&chain, FBA_READ, NULL, 0, bytes, e->block_size, false);
    return status == UNIT_ENDED ? MOVED : failure_of(dev, writes);
}

/* ---- which disks --------------------------------------------------------------------------------- */

/* How many records of the size the third track has, all alike: the first two may hold labels. */
static uint32_t records_of_track(struct device *dev, const struct environment *e)
{
    enum { TRACK = 2, COUNT_LENGTH = 8, RECORD = 4, KEY_LENGTH = 5, DATA_LENGTH = 6 };
    uint8_t count[COUNT_LENGTH];
    uint32_t records = 0;
    for (unsigned record = 1; record < 255; record++) {
        struct chain chain = { dev, 0, 0 };
        if (!go_to_track(&chain, e, TRACK) || !find_record(&chain, e, TRACK, record - 1) ||
            command(&chain, READ_COUNT, NULL, 0, count, sizeof count, false) != UNIT_ENDED ||
            count[RECORD] != record || count[KEY_LENGTH] || get16(count + DATA_LENGTH) != e->block_size)
            break;
        records = record;
    }
    return records;
}

static bool is_read_only(const struct device *dev)
{
    return dev->type->read_only && dev->type->read_only(dev);
}

struct beginning { struct environment *e; enum answer answer; };

static void find_shape(struct device *dev, void *context)
{
    struct beginning *beginning = context;
    struct environment *e = beginning->e;
    struct chain chain = { dev, 0, 0 };
    uint8_t facts[64] = { 0 };
    beginning->answer = NOT_SUPPORTED;
    if (dev->type->class != CLASS_DASD ||
        command(&chain, READ_CHARACTERISTICS, NULL, 0, facts, sizeof facts, false) != UNIT_ENDED)
        return;
    e->is_fba = facts[2] == FBA_CLASS && chain.moved <= 32;
    if (e->is_fba) {
        e->blocks = get32(facts + 14) / (e->block_size / FBA_SECTOR);
    } else if (facts[10] == CKD_CLASS) {
        e->heads = get16(facts + 14);
        e->a_track = e->heads ? records_of_track(dev, e) : 0;
        e->blocks = (uint64_t)get16(facts + 12) * e->heads * e->a_track;
    } else {
        return;
    }
    beginning->answer = !e->blocks ? BAD_BLOCK_SIZE : is_read_only(dev) ? READ_ONLY : SUCCESS;
}

static struct environment **find(struct block_io *io, uint16_t device)
{
    struct environment **at = &io->environments;
    while (*at && (*at)->device != device)
        at = &(*at)->next;
    return at;
}

/* ---- the functions --------------------------------------------------------------------------------- */

static uint64_t get_number(const uint8_t *at, const struct format *format)
{
    return format->wide ? get64(at) : get32(at);
}

static void put_number(uint8_t *at, const struct format *format, uint64_t number)
{
    if (format->wide)
        put64(at, number);
    else
        put32(at, (uint32_t)number);
}

static enum answer begin(struct operator *operator, struct device *dev, const struct format *format,
                         uint8_t *parameters)
{
    struct block_io *io = operator->block_io;
    uint32_t size = get32(parameters + BLOCK_SIZE_AT);
    if (size < FBA_SECTOR || size > LARGEST || size & (size - 1))
        return BAD_BLOCK_SIZE;
    if (*find(io, dev->number))
        return WRONG_STATE;
    uint64_t offset = get_number(parameters + format->offset, format);
    struct environment *e = calloc(1, sizeof *e);
    if (!e)
        abort();
    *e = (struct environment){ .device = dev->number, .block_size = size,
                               .offset = format->wide ? (int64_t)offset : (int32_t)offset };
    struct beginning beginning = { e, SUCCESS };
    device_alone(dev, find_shape, &beginning);
    if (beginning.answer != SUCCESS && beginning.answer != READ_ONLY) {
        free(e);
        return beginning.answer;
    }
    put_number(parameters + format->start, format, (uint64_t)(1 - e->offset));
    put_number(parameters + format->end, format, e->blocks - (uint64_t)e->offset);
    e->next = io->environments;
    io->environments = e;
    return beginning.answer;
}

static enum answer end(struct operator *operator, uint16_t device)
{
    struct environment **at = find(operator->block_io, device), *e = *at;
    if (!e)
        return WRONG_STATE;
    machine_forget_completions(operator->machine, device);
    *at = e->next;
    free(e);
    return SUCCESS;
}

struct transfer {
    struct machine *machine;
    const struct environment *e;
    const struct format *format;
    uint64_t list;
    uint32_t count, moved;
    uint8_t key;
};

static enum block_status store_status(int channel_status)
{
    return channel_status & CHANNEL_PROTECTION_CHECK ? PROTECTED : channel_status ? NO_STORAGE : MOVED;
}

static enum block_status move_block(struct device *dev, const struct transfer *t, const uint8_t *entry)
{
    const struct environment *e = t->e;
    uint8_t bytes[LARGEST];
    bool writes = entry[ENTRY_TYPE] == ENTRY_WRITE;
    uint64_t block = get_number(entry + t->format->entry_block, t->format) + (uint64_t)e->offset - 1;
    uint64_t buffer = get_number(entry + t->format->entry_buffer, t->format);
    if (!writes && entry[ENTRY_TYPE] != ENTRY_READ)
        return BAD_REQUEST;
    if (block >= e->blocks)
        return NO_SUCH_BLOCK;
    enum block_status status = writes
        ? store_status(storage_channel_fetch(t->machine, buffer, bytes, e->block_size, t->key)) : MOVED;
    if (status == MOVED)
        status = (e->is_fba ? move_sectors : move_record)(dev, e, block, bytes, writes);
    if (status == MOVED && !writes)
        status = store_status(storage_channel_store(t->machine, buffer, bytes, e->block_size, t->key));
    return status;
}

static void move_all(struct device *dev, void *context)
{
    struct transfer *t = context;
    for (uint32_t i = 0; i < t->count; i++) {
        uint64_t at = t->list + i * t->format->entry_size;
        uint8_t entry[24];
        if (storage_channel_fetch(t->machine, at, entry, t->format->entry_size, t->key))
            return;
        uint8_t status = (uint8_t)move_block(dev, t, entry);
        if (storage_channel_store(t->machine, at + ENTRY_STATUS, &status, 1, t->key))
            return;
        t->moved += status == MOVED;
    }
}

/* The interruption's subcode has the format, and how it ended: all blocks, some, none. */
static enum answer tell(struct machine *machine, const struct transfer *t, uint64_t token)
{
    enum { NARROW = 0x0300, BROAD = 0x0700, ALL = 0, SOME = 1, NONE = 2 };
    bool wide = t->format->wide;
    unsigned status = t->moved == t->count ? ALL : t->moved ? SOME : NONE;
    struct completion_signal signal = { token, (uint16_t)((wide ? BROAD : NARROW) | status), wide };
    machine_completion(machine, t->e->device, &signal);
    return STARTED;
}

/* A guest that never lets them in shall not fill the host's storage with ends. */
static bool too_many_untold(struct machine *machine, uint16_t device)
{
    enum { MOST_UNTOLD = 256 };
    return machine_completions(machine, device) >= MOST_UNTOLD;
}

static enum answer transfer(struct operator *operator, struct device *dev, const struct format *format,
                            const uint8_t *parameters)
{
    const struct environment *e = *find(operator->block_io, dev->number);
    struct transfer t = { operator->machine, e, format, get_number(parameters + format->list, format),
                          get32(parameters + COUNT), 0, parameters[KEY] & 0xF0 };
    bool tells = parameters[FLAGS] & TELL;
    if (!e || (tells && too_many_untold(operator->machine, dev->number)))
        return WRONG_STATE;
    if (t.count == 0 || t.count > MOST_BLOCKS)
        return BAD_COUNT;
    device_alone(dev, move_all, &t);
    if (tells)
        return tell(operator->machine, &t, get_number(parameters + TOKEN, format));
    return t.moved == t.count ? SUCCESS : t.moved ? SOME_MOVED : NONE_MOVED;
}

/* The parameter block's address in R1, the return code behind it, the function in R3. */
bool diagnose_block_io(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    uint64_t address = cpu->gr[r1].d & cpu->address_mask, function = cpu->gr[r3].d & cpu->address_mask;
    uint8_t *parameters = storage_absolute(operator->machine, address, PARAMETERS);
    if (r1 == 15 || function > END || !parameters || address & 7)
        return false;
    const struct format *format = &formats[(parameters[FORMAT] & WIDE) != 0];
    struct device *dev = device_hold(operator->channels, get16(parameters + DEVICE));
    enum answer answer = NO_DEVICE;
    pthread_mutex_lock(&operator->block_io->lock);
    if (function == END)
        answer = end(operator, get16(parameters + DEVICE));
    else if (dev)
        answer = function == BEGIN ? begin(operator, dev, format, parameters)
                                   : transfer(operator, dev, format, parameters);
    pthread_mutex_unlock(&operator->block_io->lock);
    if (dev)
        device_done(dev);
    storage_changed(operator->machine, address, PARAMETERS);
    cpu->gr[r1 + 1].d = answer;
    cpu->psw.cc = answer <= STARTED ? 0 : answer == SOME_MOVED ? 1 : 2;
    return true;
}

/* ---- a life ------------------------------------------------------------------------------------------ */

struct block_io *block_io_new(void)
{
    struct block_io *io = calloc(1, sizeof *io);
    if (!io)
        abort();
    pthread_mutex_init(&io->lock, NULL);
    return io;
}

void block_io_reset(struct block_io *io)
{
    pthread_mutex_lock(&io->lock);
    for (struct environment *e; (e = io->environments); free(e))
        io->environments = e->next;
    pthread_mutex_unlock(&io->lock);
}

void block_io_free(struct block_io *io)
{
    if (!io)
        return;
    block_io_reset(io);
    pthread_mutex_destroy(&io->lock);
    free(io);
}
