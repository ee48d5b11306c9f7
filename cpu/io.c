/* The I/O instructions (GA22 chapter 13): all of their work is the channels'. */
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
