noinst_LIBRARIES += libcpu.a
libcpu_a_SOURCES = \
	cpu/cpu.h cpu/engine.h cpu/storage.h cpu/instructions.def \
	cpu/blocks.c cpu/blocks.h \
	cpu/decimal.c cpu/packed.h \
	cpu/decode.c \
	cpu/engine.c \
	cpu/execute.c \
	cpu/general.c \
	cpu/hfp.c cpu/hfp.h \
	cpu/machine.c \
	cpu/storage.c \
	cpu/strings.c
