/* The I/O instructions (GA22 chapter 13; SA22 chapter 14): all of their work is the
 * channels'. Here operands are fetched and stored, and found to be where they may be. */
#include "cpu/control.h"

typedef int io_function(void *context, struct cpu *, uint32_t address);

/* A machine without channels answers "not operational". */
static void ask(struct cpu *cpu, const struct op *op, io_function *function)
{
    uint32_t address = (uint32_t)address_b2(cpu, op);
    cpu->psw.cc = (uint8_t)(function ? function(cpu->machine->io.context, cpu, address) : 3);
}

static void start(struct cpu *cpu, const struct op *op, bool fast_release)
{
    const struct io_port *io = &cpu->machine->io;
    uint32_t address = (uint32_t)address_b2(cpu, op);
    cpu->psw.cc = (uint8_t)(io->start_io ? io->start_io(io->context, cpu, address, fast_release)
                                         : 3);
}

INSTRUCTION(sio) { start(cpu, op, false); }
INSTRUCTION(siof) { start(cpu, op, true); }
INSTRUCTION(tio) { ask(cpu, op, cpu->machine->io.test_io); }
INSTRUCTION(clrio) { ask(cpu, op, cpu->machine->io.clear_io); }
INSTRUCTION(hio) { ask(cpu, op, cpu->machine->io.halt_io); }
INSTRUCTION(hdv) { ask(cpu, op, cpu->machine->io.halt_device); }
INSTRUCTION(tch) { ask(cpu, op, cpu->machine->io.test_channel); }
INSTRUCTION(clrch) { ask(cpu, op, cpu->machine->io.clear_channel); }
INSTRUCTION(stidc) { ask(cpu, op, cpu->machine->io.store_channel_id); }
INSTRUCTION(concs) { ask(cpu, op, cpu->machine->io.connect_channel_set); }
INSTRUCTION(discs) { ask(cpu, op, cpu->machine->io.disconnect_channel_set); }

/* ---- the channel subsystem ------------------------------------------------------------- */

/* The operand's address, on a boundary of `size` bytes. */
static uint64_t operand(struct cpu *cpu, const struct op *op, unsigned size)
{
    uint64_t address = address_b2(cpu, op);
    if (address & (size - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    return address;
}

static void set_cc(struct cpu *cpu, int cc)
{
    if (cc == IO_OPERAND)
        program_interrupt(cpu, PGM_OPERAND);
    cpu->psw.cc = (uint8_t)cc;
}

/* Register 1 says which; there is no operand in storage. */
static void ask_subchannel(struct cpu *cpu, io_function *function)
{
    set_cc(cpu, function ? function(cpu->machine->io.context, cpu, cpu->gr[1].w) : 3);
}

INSTRUCTION(csch) { (void)op; ask_subchannel(cpu, cpu->machine->io.clear_subchannel); }
INSTRUCTION(hsch) { (void)op; ask_subchannel(cpu, cpu->machine->io.halt_subchannel); }
INSTRUCTION(rsch) { (void)op; ask_subchannel(cpu, cpu->machine->io.resume_subchannel); }
INSTRUCTION(xsch) { (void)op; ask_subchannel(cpu, cpu->machine->io.cancel_subchannel); }
INSTRUCTION(rchp) { (void)op; ask_subchannel(cpu, cpu->machine->io.reset_channel_path); }

INSTRUCTION(ssch)
{
    const struct io_port *io = &cpu->machine->io;
    enum { SHORT_ORB = 12, EXTENSION = 0x01 };      /* word 1, bit 31: words 3 to 7 are there */
    uint8_t orb[32] = { 0 };
    uint64_t from = operand(cpu, op, 4);
    fetch_bytes(cpu, orb, from, SHORT_ORB);
    if (orb[7] & EXTENSION)
        fetch_bytes(cpu, orb, from, sizeof orb);
    set_cc(cpu, io->start_subchannel
                ? io->start_subchannel(io->context, cpu, cpu->gr[1].w, orb) : 3);
}

INSTRUCTION(msch)
{
    const struct io_port *io = &cpu->machine->io;
    uint8_t schib[52];
    fetch_bytes(cpu, schib, operand(cpu, op, 4), sizeof schib);
    set_cc(cpu, io->modify_subchannel
                ? io->modify_subchannel(io->context, cpu, cpu->gr[1].w, schib) : 3);
}

INSTRUCTION(stsch)
{
    const struct io_port *io = &cpu->machine->io;
    uint8_t schib[52];
    uint64_t to = operand(cpu, op, 4);
    check_store(cpu, to, sizeof schib);
    set_cc(cpu, io->store_subchannel
                ? io->store_subchannel(io->context, cpu, cpu->gr[1].w, schib) : 3);
    if (cpu->psw.cc != 3)
        store_bytes(cpu, to, schib, sizeof schib);
}

INSTRUCTION(tsch)
{
    const struct io_port *io = &cpu->machine->io;
    uint8_t irb[96];
    uint64_t to = operand(cpu, op, 4);
    unsigned length = io->response_length ? io->response_length(io->context, cpu->gr[1].w) : 64;
    check_store(cpu, to, length);
    set_cc(cpu, io->test_subchannel
                ? io->test_subchannel(io->context, cpu, cpu->gr[1].w, irb) : 3);
    if (cpu->psw.cc != 3)
        store_bytes(cpu, to, irb, length);
}

/* The interruption code goes to the operand, or, if its address is zero, where the
 * interruption itself would put it; only there with the third word. */
INSTRUCTION(tpi)
{
    const struct io_port *io = &cpu->machine->io;
    struct io_interruption interruption;
    uint8_t code[8];
    uint64_t to = operand(cpu, op, 4);
    uint8_t enabled = (uint8_t)(cpu->cr[6] >> 24);
    if (to)
        check_store(cpu, to, sizeof code);
    bool pending = io->take_subclass && io->take_subclass(io->context, enabled, &interruption);
    cpu->psw.cc = pending;
    if (!pending)
        return;
    put32(code, interruption.id);
    put32(code + 4, interruption.parameter);
    if (to)
        store_bytes(cpu, to, code, sizeof code);
    else
        store_io_interruption(cpu, &interruption);
}

INSTRUCTION(sal)
{
    (void)op;
    const struct io_port *io = &cpu->machine->io;
    if (io->set_address_limit &&
        io->set_address_limit(io->context, cpu, cpu->gr[1].w) == IO_OPERAND)
        program_interrupt(cpu, PGM_OPERAND);
}

INSTRUCTION(schm)
{
    (void)op;
    const struct io_port *io = &cpu->machine->io;
    uint64_t origin = cpu->arch->wide_registers ? cpu->gr[2].d : cpu->gr[2].w & 0x7FFFFFFF;
    if (io->set_channel_monitor &&
        io->set_channel_monitor(io->context, cpu, cpu->gr[1].w, origin) == IO_OPERAND)
        program_interrupt(cpu, PGM_OPERAND);
}

INSTRUCTION(stcps)
{
    const struct io_port *io = &cpu->machine->io;
    uint8_t status[32] = { 0 };
    uint64_t to = operand(cpu, op, 32);
    check_store(cpu, to, sizeof status);
    if (io->store_path_status)
        io->store_path_status(io->context, cpu, status);
    store_bytes(cpu, to, status, sizeof status);
}

INSTRUCTION(stcrw)
{
    const struct io_port *io = &cpu->machine->io;
    uint32_t report = 0;
    uint64_t to = operand(cpu, op, 4);
    check_store(cpu, to, sizeof report);
    cpu->psw.cc = (uint8_t)(io->store_channel_report
                            ? io->store_channel_report(io->context, cpu, &report) : 1);
    store4(cpu, to, report);
}

/* A block of 4K on its boundary, moved in the halves that storage functions take. */
INSTRUCTION(chsc)
{
    enum { BLOCK = 4096, HALF = 2048 };
    const struct io_port *io = &cpu->machine->io;
    uint8_t block[BLOCK];
    uint64_t at = cpu->gr[op->r1].d & cpu->address_mask;
    if (at & (BLOCK - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    check_store(in_space_of(cpu, op->r1), at, HALF);
    check_store(cpu, at + HALF, HALF);
    fetch_bytes(cpu, block, at, HALF);
    fetch_bytes(cpu, block + HALF, at + HALF, HALF);
    set_cc(cpu, io->channel_subsystem_call
                ? io->channel_subsystem_call(io->context, cpu, block) : 3);
    if (cpu->psw.cc == 3)
        return;
    store_bytes(cpu, at, block, HALF);
    store_bytes(cpu, at + HALF, block + HALF, HALF);
}
