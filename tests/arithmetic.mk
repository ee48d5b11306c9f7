# Unit tests of the processor's arithmetic.
check_PROGRAMS += tests/unit/packed tests/unit/hfp
TESTS += tests/unit/packed tests/unit/hfp
tests_unit_packed_SOURCES = tests/unit/packed.c tests/unit/check.h
tests_unit_hfp_SOURCES = tests/unit/hfp.c tests/unit/check.h
# The host's arithmetic is the oracle: it must round as it is told to.
check_PROGRAMS += tests/unit/bfp
TESTS += tests/unit/bfp
tests_unit_bfp_SOURCES = tests/unit/bfp.c tests/unit/check.h
tests_unit_bfp_CFLAGS = $(AM_CFLAGS) -frounding-math
tests_unit_bfp_LDADD = $(CPU)
check_PROGRAMS += tests/unit/dfp
TESTS += tests/unit/dfp
tests_unit_dfp_SOURCES = tests/unit/dfp.c tests/unit/check.h
tests_unit_dfp_LDADD = $(CPU)
EXTRA_DIST += tests/unit/dfp.vectors tests/unit/dfp-vectors.py

# Instruction cases: tests/insn/README.md.
INSN_CASES = tests/insn/assist.cases tests/insn/vm-assist.cases tests/insn/control.cases \
	tests/insn/decimal.cases tests/insn/float.cases tests/insn/general-arithmetic.cases \
	tests/insn/general-branch.cases tests/insn/general-storage.cases tests/insn/per.cases \
	tests/insn/reuse.cases tests/insn/spaces.cases tests/insn/stack.cases \
	tests/insn/crypto/crypto.cases tests/insn/z-clock.cases tests/insn/z-control.cases \
	tests/insn/z-general.cases tests/insn/z-peer.cases tests/insn/z-strings.cases \
	tests/insn/fp/bfp-peer.cases tests/insn/fp/dfp-peer.cases tests/insn/fp/pfpo.cases \
	tests/insn/fp/by-hand.cases
check_PROGRAMS += tests/insn/runner
tests_insn_runner_SOURCES = tests/insn/runner.c tests/insn/bench.c tests/insn/parse.c \
	tests/insn/assemble.c tests/insn/case.h
tests_insn_runner_LDADD = $(CPU)
dist_check_SCRIPTS += tests/insn/run
EXTRA_DIST += $(INSN_CASES) tests/insn/README.md
TESTS += tests/insn/run

# Random instructions: at full speed against stepping, and for scripts/compare-peer.
check_PROGRAMS += tests/compare/compare
dist_check_SCRIPTS += tests/compare/self
TESTS += tests/compare/self
tests_compare_compare_SOURCES = tests/compare/compare.c tests/compare/image.h \
	tests/insn/assemble.c tests/insn/case.h
tests_compare_compare_LDADD = $(CPU)

# Floating point against peers: scripts/compare-qemu, scripts/compare-float-peer.
check_PROGRAMS += tests/compare/fp
tests_compare_fp_SOURCES = tests/compare/fp.c tests/compare/fp.h
tests_compare_fp_LDADD = $(CPU)
EXTRA_DIST += tests/compare/fp-peer.c tests/compare/fp-guest.s tests/compare/fp-differences.awk

# General instructions of z/Architecture against qemu-s390x: scripts/compare-qemu.
check_PROGRAMS += tests/compare/general-z
tests_compare_general_z_SOURCES = tests/compare/general-z.c tests/compare/general-z.h
tests_compare_general_z_LDADD = $(CPU)
EXTRA_DIST += tests/compare/general-z-peer.c
