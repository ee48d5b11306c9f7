# Unit tests of the processor's arithmetic.
check_PROGRAMS += tests/unit/packed tests/unit/hfp
TESTS += tests/unit/packed tests/unit/hfp
tests_unit_packed_SOURCES = tests/unit/packed.c tests/unit/check.h
tests_unit_hfp_SOURCES = tests/unit/hfp.c tests/unit/check.h
