check_PROGRAMS += tests/unit/engine
TESTS += tests/unit/engine
tests_unit_engine_SOURCES = tests/unit/engine.c tests/unit/check.h
tests_unit_engine_LDADD = $(CPU)
