/* Executes the tests of general-z.c: a program for Linux on z/Architecture, run under
 * qemu-s390x by scripts/compare-qemu. */
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "tests/compare/general-z.h"

static struct general_test test;
static sigjmp_buf back;

static void caught(int signal, siginfo_t *info, void *context)
{
    (void)info;
    const mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    for (int i = 0; i < REGISTERS; i++)
        test.gr[i] = m->gregs[i];
    snprintf(test.ending, sizeof test.ending, "%s",
             signal == SIGFPE ? "fpe" : signal == SIGSEGV ? "segv" : "ill");
    siglongjmp(back, 1);
}

struct state {
    uint64_t gr[REGISTERS], entry, cc;
};

void execute(struct state *);
__asm__(".text\n.globl execute\nexecute:\n"
        " stmg %r6,%r15,48(%r15)\n"
        " aghi %r15,-320\n"
        " stg %r2,160(%r15)\n"
        " lg %r0,120(%r2)\n sllg %r0,%r0,28\n spm %r0\n"
        " lg %r14,112(%r2)\n"
        " lmg %r3,%r13,24(%r2)\n lmg %r0,%r1,0(%r2)\n lg %r2,16(%r2)\n"
        " basr %r14,%r14\n"
        " stmg %r0,%r13,176(%r15)\n"
        " lg %r2,160(%r15)\n"
        " ipm %r0\n srl %r0,28\n llgfr %r0,%r0\n stg %r0,120(%r2)\n"
        " mvc 0(112,%r2),176(%r15)\n"
        " aghi %r15,320\n"
        " lmg %r6,%r15,48(%r15)\n"
        " br %r14\n");

/* LHI 13,n; BR 14 */
static void put_end(uint8_t *at, uint8_t n)
{
    const uint8_t code[] = { 0xA7, 0xD8, 0x00, n, 0x07, 0xFE };
    memcpy(at, code, sizeof code);
}

static uint8_t *area(uint64_t address)
{
    return mmap((void *)address, 8192, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

int main(void)
{
    uint8_t *code = area(CODE_AT), *data = area(DATA_AT);
    struct sigaction action = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER };
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    static struct state s;
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (read_test(&test)) {
        memset(code, 0, 64);
        memcpy(code, test.code, test.length);
        put_end(code + test.length, 1);
        put_end(code + TARGET, 2);
        fill_data(data, test.seed);
        memcpy(s.gr, test.gr, sizeof s.gr);
        s.entry = (uintptr_t)code, s.cc = test.cc;
        if (!sigsetjmp(back, 1)) {
            execute(&s);
            memcpy(test.gr, s.gr, sizeof s.gr);
            snprintf(test.ending, sizeof test.ending, "ok%u", (unsigned)s.cc & 3);
        }
        print_result(&test, data);
    }
    return 0;
}
