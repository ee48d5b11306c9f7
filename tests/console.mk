# The operator: configuration, commands, typewriters.
check_PROGRAMS += tests/unit/console tests/fuzz/console
TESTS += tests/unit/console tests/fuzz/console
tests_unit_console_SOURCES = tests/unit/console.c tests/unit/check.h
tests_unit_console_LDADD = $(CONSOLE)
tests_fuzz_console_SOURCES = tests/fuzz/console.c tests/fuzz/chance.h tests/unit/check.h
tests_fuzz_console_LDADD = $(CONSOLE)
dist_noinst_SCRIPTS += tests/acceptance/operator.sh

# The service processor.
check_PROGRAMS += tests/unit/service
TESTS += tests/unit/service
tests_unit_service_SOURCES = tests/unit/service.c tests/unit/check.h
tests_unit_service_LDADD = $(CONSOLE)

# DIAGNOSE 24, 250, 258.
check_PROGRAMS += tests/unit/diagnose
TESTS += tests/unit/diagnose
tests_unit_diagnose_SOURCES = tests/unit/diagnose.c tests/unit/check.h
tests_unit_diagnose_LDADD = $(CONSOLE)
