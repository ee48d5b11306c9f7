/* Tracks of an image in storage, and threads that read ahead into it. One thread, that of the
 * image's owner, uses the tracks; the others only load. Private to devices/dasd/. */
#ifndef DEVICES_DASD_TRACK_CACHE_H
#define DEVICES_DASD_TRACK_CACHE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum track_state { TRACK_ABSENT = 0, TRACK_LOADING, TRACK_THERE };
struct track_slot {
    unsigned track;
    enum track_state state;
    uint64_t used;                /* the greater the later */
    uint8_t *bytes;
};

enum { CACHE_SETS = 16, CACHE_WAYS = 8, CACHE_READERS = 4, CACHE_AHEAD = 16 };

/* A thread's loading: true if the track is in `bytes`. `own` is the thread's, of `own_size`
 * zeros at first, and released by `done`. */
struct track_loader {
    bool (*load)(void *context, unsigned track, uint8_t *bytes, void *own);
    void (*done)(void *own);
    size_t own_size;
    void *context;
};

struct track_cache {
    pthread_mutex_t lock;
    pthread_cond_t loaded, wanted;
    size_t track_size;
    struct track_slot slot[CACHE_SETS][CACHE_WAYS];
    struct track_slot *held;      /* the owner's: stays */
    uint64_t uses;
    unsigned last, run;           /* the owner's last track; how many in order before it */

    struct track_loader loader;
    pthread_t reader[CACHE_READERS];
    unsigned readers;
    bool ends;
    unsigned queue[CACHE_AHEAD], first, queued;    /* tracks to be read ahead */
    unsigned asked;               /* up to this track they were asked for */
    uint64_t hits, misses, ahead;
};

void track_cache_init(struct track_cache *, size_t track_size);
void track_cache_release(struct track_cache *);

/* The track's slot: there, or (loading) for the caller to fill, who then says how that went. Held
 * until the next call. NULL: out of storage. */
struct track_slot *track_cache_claim(struct track_cache *, unsigned track);
void track_cache_filled(struct track_cache *, struct track_slot *, bool good);
/* The slot if the track is there, for the owner. */
struct track_slot *track_cache_find(struct track_cache *, unsigned track);

void track_cache_forget(struct track_cache *, unsigned track);
void track_cache_forget_all(struct track_cache *);

/* The owner has come to this track: if it reads in order, the next `ahead` of `tracks` are
 * read by `readers` threads, which are started when they are first needed. */
void track_cache_read_ahead(struct track_cache *, const struct track_loader *, unsigned track,
                            unsigned tracks, unsigned readers, unsigned ahead);

#endif
