check_PROGRAMS += tests/unit/control
TESTS += tests/unit/control
tests_unit_control_SOURCES = tests/unit/control.c tests/unit/check.h
tests_unit_control_LDADD = $(CPU)
