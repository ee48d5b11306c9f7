noinst_LIBRARIES += libcpu.a
libcpu_a_SOURCES = \
	cpu/cpu.h cpu/architecture.c cpu/architecture.h cpu/engine.h cpu/storage.h cpu/instructions.def \
	cpu/assist.c \
	cpu/bfp.c cpu/bfp-arith.c cpu/bfp-arith.h cpu/ieee.h \
	cpu/blocks.c cpu/blocks.h \
	cpu/cmpsc.c \
	cpu/control.c cpu/control-z.c cpu/control.h \
	cpu/cp-assist.c cpu/real-field.h \
	cpu/art.c cpu/asn.c cpu/das.c cpu/spaces.h cpu/stack.c cpu/subspace.c cpu/resume.c cpu/trace.c cpu/trap.c \
	cpu/dat.c cpu/dat-esa.c cpu/dat-z.c \
	cpu/decimal.c cpu/decimal-z.c cpu/packed.h \
	cpu/decode.c \
	cpu/dfp.c cpu/dfp-arith.c cpu/dfp-arith.h cpu/dpd.c cpu/dpd.h \
	cpu/engine.c \
	cpu/execute.c cpu/expanded.c \
	cpu/facilities.c \
	cpu/fp-support.c cpu/fp.h \
	cpu/general.c cpu/general.h cpu/long-operand.h cpu/general-z.c cpu/immediate.c cpu/interlocked.c cpu/relative.c \
	cpu/select-space.c cpu/specialise.c \
	cpu/hfp.c cpu/hfp.h cpu/hfp-ext.c \
	cpu/interrupt.c \
	cpu/io.c \
	cpu/keys.c \
	cpu/machine.c \
	cpu/per.c \
	cpu/pfpo.c \
	cpu/psw.c \
	cpu/reset.c \
	cpu/service.c \
	cpu/sigp.c cpu/sort.c \
	cpu/storage.c \
	cpu/strings.c cpu/strings-z.c cpu/translate.c \
	cpu/timer.c cpu/topology.c cpu/unicode.c \
	cpu/vm-assist.c
if WITH_CIPHERS
libcpu_a_SOURCES += cpu/cipher.c cpu/cipher.h cpu/crypto.c
endif
