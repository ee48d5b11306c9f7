# The operator: configuration, commands, typewriters.
check_PROGRAMS += tests/unit/console
TESTS += tests/unit/console
tests_unit_console_SOURCES = tests/unit/console.c tests/unit/check.h
tests_unit_console_LDADD = $(CONSOLE)
