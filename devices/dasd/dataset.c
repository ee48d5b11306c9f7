#include "devices/dasd/dataset.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/bytes.h"

/* Cylinder, head and record in front of what is wrong there. */
__attribute__((format(printf, 2, 3)))
static enum dataset_result bad(const struct dataset_reader *reader, const char *format, ...)
{
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    complain(reader->complaint, "%s: %s, cylinder %u head %u record %u: %s",
             ckd_image_path(reader->volume->image), reader->dataset->name, reader->cylinder,
             reader->head, reader->number, text);
    return DATASET_BAD;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

bool dataset_begin(struct dataset_reader *reader, struct volume *volume,
                   const struct dataset *dataset, struct disk_complaint *complaint)
{
    *reader = (struct dataset_reader){ .volume = volume, .dataset = dataset,
        .at = CKD_HOME_ADDRESS, .complaint = complaint, .block = malloc(DATASET_BLOCK),
        .record = malloc(DATASET_RECORD) };
    if (reader->block && reader->record)
        return true;
    dataset_end(reader);
    return complain(complaint, "out of storage");
}

void dataset_end(struct dataset_reader *reader)
{
    free(reader->block);
    free(reader->record);
}

/* The volume's track; false behind the last of the data set. */
static bool place_of(const struct dataset_reader *reader, unsigned track, unsigned *absolute)
{
    for (unsigned i = 0; i < reader->dataset->extents; i++) {
        const struct extent *extent = &reader->dataset->extent[i];
        unsigned tracks = extent->last - extent->first + 1;
        if (track < tracks) {
            *absolute = extent->first + track;
            return true;
        }
        track -= tracks;
    }
    return false;
}

static const uint8_t *fetch(struct dataset_reader *reader, unsigned track)
{
    reader->cylinder = track / reader->volume->shape->heads;
    reader->head = track % reader->volume->shape->heads;
    return ckd_image_track(reader->volume->image, track, reader->complaint);
}

bool dataset_point(struct dataset_reader *reader, unsigned track, unsigned number)
{
    unsigned absolute;
    struct ckd_record record;
    reader->track = track;
    reader->at = CKD_HOME_ADDRESS;
    reader->length = reader->taken = 0;
    if (!place_of(reader, track, &absolute))
        return complain(reader->complaint, "%s: track %u is asked for, and %s has %u",
                        ckd_image_path(reader->volume->image), track, reader->dataset->name,
                        reader->dataset->tracks);
    const uint8_t *bytes = fetch(reader, absolute);
    if (!bytes)
        return false;
    for (size_t at = CKD_HOME_ADDRESS; ckd_record_next(bytes, &at, &record); reader->at = at)
        if (record.id[4] == number)
            return true;
    reader->number = number;
    bad(reader, "there is no such record");
    return false;
}

/* The next record of any length, R0 left out, its data behind what `block` has. */
static enum dataset_result append(struct dataset_reader *reader, struct ckd_record *record)
{
    unsigned absolute;
    while (place_of(reader, reader->track, &absolute)) {
        const uint8_t *bytes = fetch(reader, absolute);
        if (!bytes)
            return DATASET_BAD;
        while (ckd_record_next(bytes, &reader->at, record)) {
            if (record->id[4] == 0)
                continue;
            reader->number = record->id[4];
            if (reader->length + record->data_length > DATASET_BLOCK)
                return bad(reader, "overflow records of more than %d bytes", DATASET_BLOCK);
            memcpy(reader->block + reader->length, record->data, record->data_length);
            reader->length += record->data_length;
            return DATASET_GOT;
        }
        reader->track++;
        reader->at = CKD_HOME_ADDRESS;
    }
    return DATASET_END;
}

enum dataset_result dataset_block(struct dataset_reader *reader)
{
    struct ckd_record record;
    reader->length = reader->taken = 0;
    enum dataset_result result = append(reader, &record);
    if (result != DATASET_GOT)
        return result;
    if (record.data_length == 0)
        return DATASET_END;
    reader->key_length = record.key_length;
    memcpy(reader->key, record.key, record.key_length);
    while (record.overflows) {
        reader->track++;
        reader->at = CKD_HOME_ADDRESS;
        result = append(reader, &record);
        if (result == DATASET_END)
            return bad(reader, "it goes on behind the data set's end");
        if (result == DATASET_BAD)
            return result;
    }
    return DATASET_GOT;
}

bool dataset_change(struct dataset_reader *reader, size_t at, const uint8_t *bytes, size_t length)
{
    unsigned absolute;
    struct ckd_record record;
    size_t end = CKD_HOME_ADDRESS;
    if (!place_of(reader, reader->track, &absolute))
        return false;
    uint8_t *track = ckd_image_track(reader->volume->image, absolute, reader->complaint);
    while (track && ckd_record_next(track, &end, &record))
        if (end == reader->at && at + length <= record.data_length) {
            size_t from = (size_t)(record.data - track) + at;
            memcpy(track + from, bytes, length);
            return ckd_image_write(reader->volume->image, absolute, from, from + length, false,
                                   reader->complaint);
        }
    return track && complain(reader->complaint, "the block is no longer there");
}

/* ---- records ---------------------------------------------------------------------------------- */

/* LRECL; a block is a record if there is none. */
static enum dataset_result fixed(struct dataset_reader *reader, const uint8_t **record,
                                 size_t *length)
{
    size_t lrecl = reader->dataset->lrecl, left = reader->length - reader->taken;
    if (!(reader->dataset->recfm & RECFM_BLOCKED) || lrecl == 0)
        lrecl = reader->length;
    if (left < lrecl)
        return bad(reader, "a block of %zu bytes is no multiple of LRECL %zu", reader->length,
                   lrecl);
    *record = reader->block + reader->taken;
    *length = lrecl;
    reader->taken += lrecl;
    return DATASET_GOT;
}

/* The length words of IBM's Data Management Services Guide: LL00 in front of a block, LLc0 in
 * front of each record or, spanned, segment: c is 0 whole, 1 first, 2 last, 3 between. */
enum { WHOLE, FIRST, LAST, MIDDLE, WORD = 4 };

static enum dataset_result segment(struct dataset_reader *reader, const uint8_t **data,
                                   size_t *length, unsigned *part)
{
    if (reader->taken == 0) {
        if (reader->length < WORD)
            return bad(reader, "a block of %zu bytes, and variable records", reader->length);
        size_t block = get16(reader->block);
        if (block < WORD || block > reader->length)
            return bad(reader, "the block's length word says %zu, and it has %zu bytes", block,
                       reader->length);
        reader->length = block;
        reader->taken = WORD;
    }
    const uint8_t *word = reader->block + reader->taken;
    size_t left = reader->length - reader->taken, own = left < WORD ? 0 : get16(word);
    if (left == 0)
        return DATASET_END;
    if (own < WORD || own > left)
        return bad(reader, "a record's length word at byte %zu says %zu; %zu are left",
                   reader->taken, own, left);
    *part = reader->dataset->recfm & RECFM_SPANNED ? word[2] & 3 : WHOLE;
    *data = word + WORD;
    *length = own - WORD;
    reader->taken += own;
    return DATASET_GOT;
}

static enum dataset_result next_segment(struct dataset_reader *reader, const uint8_t **data,
                                        size_t *length, unsigned *part)
{
    for (;;) {
        if (reader->length == 0) {
            enum dataset_result result = dataset_block(reader);
            if (result != DATASET_GOT)
                return result;
        }
        enum dataset_result result = segment(reader, data, length, part);
        if (result != DATASET_END)
            return result;
        reader->length = 0;
    }
}

static enum dataset_result variable(struct dataset_reader *reader, const uint8_t **record,
                                    size_t *length)
{
    const uint8_t *data = NULL;
    size_t n = 0, total = 0;
    unsigned part = WHOLE;
    enum dataset_result result = next_segment(reader, &data, &n, &part);
    if (result != DATASET_GOT || part == WHOLE) {
        *record = data;
        *length = n;
        return result;
    }
    if (part != FIRST)
        return bad(reader, "a spanned record without its first segment");
    for (;;) {
        if (total + n > DATASET_RECORD)
            return bad(reader, "a spanned record of more than %d bytes", DATASET_RECORD);
        memcpy(reader->record + total, data, n);
        total += n;
        if (part == LAST)
            break;
        result = next_segment(reader, &data, &n, &part);
        if (result == DATASET_BAD)
            return result;
        if (result == DATASET_END || part == WHOLE || part == FIRST)
            return bad(reader, "a spanned record without its last segment");
    }
    *record = reader->record;
    *length = total;
    return DATASET_GOT;
}

enum dataset_result dataset_record(struct dataset_reader *reader, const uint8_t **record,
                                   size_t *length)
{
    unsigned form = reader->dataset->recfm & RECFM_FORM;
    *record = NULL;
    *length = 0;
    if (form == RECFM_V)
        return variable(reader, record, length);
    if (reader->taken >= reader->length) {
        enum dataset_result result = dataset_block(reader);
        if (result != DATASET_GOT)
            return result;
    }
    if (form == RECFM_F)
        return fixed(reader, record, length);
    *record = reader->block;
    *length = reader->taken = reader->length;
    return DATASET_GOT;
}

/* ---- directories ------------------------------------------------------------------------------ */

/* An entry: name, TTR, a byte (alias, halfwords of the user's), these halfwords. */
enum { NAME = 8, ENTRY = 12, LIST = 256 };

static void take_name(const struct volume *volume, char *name, const uint8_t *bytes)
{
    memcpy(name, bytes, NAME);
    codepage_to_host(&volume->page, (uint8_t *)name, NAME);
    for (int i = 0; i < NAME; i++)
        if (name[i] < ' ' || name[i] > '~')
            name[i] = '?';
    int n = NAME;
    while (n > 0 && name[n - 1] == ' ')
        n--;
    name[n] = 0;
}

static bool add(struct directory *directory, const struct volume *volume, const uint8_t *entry)
{
    const size_t batch = 256;
    if (directory->members % batch == 0) {
        void *more = realloc(directory->member,
                             (directory->members + batch) * sizeof *directory->member);
        if (!more)
            return false;
        directory->member = more;
    }
    struct member *member = &directory->member[directory->members++];
    take_name(volume, member->name, entry);
    member->track = get16(entry + NAME);
    member->record = entry[NAME + 2];
    member->alias = entry[NAME + 3] & 0x80;
    member->user_length = (entry[NAME + 3] & 0x1F) * 2;
    memcpy(member->user, entry + ENTRY, member->user_length);
    return true;
}

/* A block: how many bytes are used, these two included, and entries. DATASET_END: the entry of
 * all ones, which is the last. */
static enum dataset_result take_block(struct directory *directory, struct dataset_reader *reader)
{
    static const uint8_t last[NAME] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    const uint8_t *block = reader->block;
    if (reader->length != LIST || reader->key_length != NAME)
        return bad(reader, "it should be a directory block: key 8, data 256 bytes, not %u and %zu",
                   reader->key_length, reader->length);
    unsigned used = get16(block), at = 2;
    if (used < 2 || used > LIST)
        return bad(reader, "a directory block says that %u of its 256 bytes are used", used);
    while (at < used) {
        const uint8_t *entry = block + at;
        if (at + NAME <= used && memcmp(entry, last, NAME) == 0)
            return DATASET_END;
        unsigned size = at + ENTRY <= used ? ENTRY + (entry[ENTRY - 1] & 0x1Fu) * 2 : 0;
        if (size == 0 || at + size > used)
            return bad(reader, "the directory's entry at byte %u is longer than what is used",
                       at);
        if (!add(directory, reader->volume, entry))
            return bad(reader, "out of storage");
        at += size;
    }
    return DATASET_GOT;
}

bool directory_read(struct directory *directory, struct volume *volume,
                    const struct dataset *dataset, struct disk_complaint *complaint)
{
    struct dataset_reader reader;
    enum dataset_result result;
    *directory = (struct directory){ .members = 0 };
    if (!(dataset->organization & 0x0200))
        return complain(complaint, "%s: %s is no partitioned data set",
                        ckd_image_path(volume->image), dataset->name);
    if (!dataset_begin(&reader, volume, dataset, complaint))
        return false;
    while ((result = dataset_block(&reader)) == DATASET_GOT
           && (result = take_block(directory, &reader)) == DATASET_GOT)
        ;
    dataset_end(&reader);
    if (result == DATASET_BAD)
        directory_free(directory);
    return result != DATASET_BAD;
}

void directory_free(struct directory *directory)
{
    free(directory->member);
    *directory = (struct directory){ .members = 0 };
}

const struct member *directory_find(const struct directory *directory, const char *name)
{
    for (size_t i = 0; i < directory->members; i++)
        if (strcasecmp(directory->member[i].name, name) == 0)
            return &directory->member[i];
    return NULL;
}
