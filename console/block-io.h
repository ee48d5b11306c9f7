/* The disks for which guests have begun block I/O (DIAGNOSE 250). Private to console/. */
#ifndef CONSOLE_BLOCK_IO_H
#define CONSOLE_BLOCK_IO_H

struct block_io;

struct block_io *block_io_new(void);
/* A reset ends it for all disks. */
void block_io_reset(struct block_io *);
void block_io_free(struct block_io *);

#endif
