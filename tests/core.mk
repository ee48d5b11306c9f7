# Unit tests of core/.
check_PROGRAMS += tests/unit/core
TESTS += tests/unit/core
tests_unit_core_SOURCES = tests/unit/core.c tests/unit/check.h
tests_unit_core_LDADD = $(CORE)
