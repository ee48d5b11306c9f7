/* Threads of the host that can be seen to crash: each has a stack of its own for signal
 * handlers, so that one that catches a crash (the panel gives the terminal back) runs even if
 * the crash is that the thread's stack is full. */
#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include <pthread.h>

/* As pthread_create(). */
int thread_create(pthread_t *, const pthread_attr_t *, void *(*run)(void *), void *context);

#endif
