# Unit tests of interruptions, clocks, resets and signalling; tests/insn has the instructions.
check_PROGRAMS += tests/unit/control
TESTS += tests/unit/control
tests_unit_control_SOURCES = tests/unit/control.c tests/unit/check.h \
	tests/insn/assemble.c tests/insn/case.h
tests_unit_control_LDADD = $(CPU)
