noinst_LIBRARIES += libcpu.a
libcpu_a_SOURCES = \
	cpu/cpu.h cpu/engine.h cpu/storage.h cpu/instructions.def \
	cpu/decimal.c cpu/packed.h \
	cpu/hfp.c cpu/hfp.h
