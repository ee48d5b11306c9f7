# Unit tests of interruptions, clocks, resets and signalling; tests/insn has the instructions.
check_PROGRAMS += tests/unit/control
TESTS += tests/unit/control
tests_unit_control_SOURCES = tests/unit/control.c tests/unit/check.h \
	tests/insn/assemble.c tests/insn/case.h
tests_unit_control_LDADD = $(CPU)

# Not a test of the default run: scripts/compare-peer builds and drives it.
EXTRA_PROGRAMS += tests/compare/compare-control
tests_compare_compare_control_SOURCES = tests/compare/control.c tests/compare/image.h \
	tests/insn/assemble.c tests/insn/case.h
tests_compare_compare_control_LDADD = $(CPU)
