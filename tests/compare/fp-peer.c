/* Executes the tests of fp.c: a program for Linux on z/Architecture, run under qemu-s390x by
 * scripts/compare-qemu. The instruction stands in a buffer, with a branch back behind it. */
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "tests/compare/fp.h"

static struct fp_test test;         /* of which the handler knows */
static sigjmp_buf back;

static void caught(int signal, siginfo_t *info, void *context)
{
    (void)info;
    const mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    test.fpc = m->fpregs.fpc;
    memcpy(test.fpr, &m->fpregs.fprs, sizeof test.fpr);
    for (int i = 0; i < 4; i++)
        test.gr[i] = m->gregs[i];
    if (signal == SIGFPE)
        snprintf(test.ending, sizeof test.ending, "data %02x", (unsigned)(test.fpc >> 8 & 0xFF));
    else
        snprintf(test.ending, sizeof test.ending, "pgm 6");
    siglongjmp(back, 1);
}

struct state {
    uint64_t fpr[16], gr[4], data, entry, cc;
    uint32_t fpc;
};

static void execute(struct state *s)
{
    register struct state *state __asm__("r7") = s;
    __asm__ volatile(
        "lfpc 184(%%r7)\n"
        "ld %%f0,0(%%r7)\n ld %%f1,8(%%r7)\n ld %%f2,16(%%r7)\n ld %%f3,24(%%r7)\n"
        "ld %%f4,32(%%r7)\n ld %%f5,40(%%r7)\n ld %%f6,48(%%r7)\n ld %%f7,56(%%r7)\n"
        "ld %%f8,64(%%r7)\n ld %%f9,72(%%r7)\n ld %%f10,80(%%r7)\n ld %%f11,88(%%r7)\n"
        "ld %%f12,96(%%r7)\n ld %%f13,104(%%r7)\n ld %%f14,112(%%r7)\n ld %%f15,120(%%r7)\n"
        "lmg %%r0,%%r3,128(%%r7)\n lg %%r5,160(%%r7)\n lg %%r6,168(%%r7)\n"
        "cr %%r0,%%r0\n"
        "basr %%r14,%%r6\n"
        "stmg %%r0,%%r3,128(%%r7)\n ipm %%r0\n srl %%r0,28\n stg %%r0,176(%%r7)\n"
        "stfpc 184(%%r7)\n"
        "std %%f0,0(%%r7)\n std %%f1,8(%%r7)\n std %%f2,16(%%r7)\n std %%f3,24(%%r7)\n"
        "std %%f4,32(%%r7)\n std %%f5,40(%%r7)\n std %%f6,48(%%r7)\n std %%f7,56(%%r7)\n"
        "std %%f8,64(%%r7)\n std %%f9,72(%%r7)\n std %%f10,80(%%r7)\n std %%f11,88(%%r7)\n"
        "std %%f12,96(%%r7)\n std %%f13,104(%%r7)\n std %%f14,112(%%r7)\n std %%f15,120(%%r7)\n"
        : "+r"(state)
        :
        : "r0", "r1", "r2", "r3", "r5", "r6", "r14", "cc", "memory", "f0", "f1", "f2", "f3", "f4",
          "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14", "f15");
}

int main(void)
{
    uint8_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    static uint64_t data[2];
    struct sigaction action = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER };
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    static struct state s;
    setvbuf(stdout, NULL, _IOLBF, 0);       /* QEMU may die */
    while (fp_read_test(&test)) {
        memcpy(code, test.code, test.length);
        memcpy(code + test.length, "\x07\xFE", 2);      /* BR 14 */
        memcpy(data, test.data, sizeof data);
        memcpy(s.fpr, test.fpr, sizeof s.fpr);
        memcpy(s.gr, test.gr, sizeof s.gr);
        s.data = (uintptr_t)data, s.entry = (uintptr_t)code, s.fpc = test.fpc;
        if (!sigsetjmp(back, 1)) {
            execute(&s);
            memcpy(test.fpr, s.fpr, sizeof s.fpr);
            memcpy(test.gr, s.gr, sizeof s.gr);
            test.fpc = s.fpc;
            snprintf(test.ending, sizeof test.ending, "ok %u", (unsigned)s.cc & 3);
        }
        memcpy(test.data, data, sizeof data);
        fp_print_result(&test);
    }
    return 0;
}
