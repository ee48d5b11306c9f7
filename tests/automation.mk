# The automatic operator, scripts, REXX, and streams of the field's test scripts.
check_PROGRAMS += tests/unit/automation tests/fuzz/rules
TESTS += tests/unit/automation tests/fuzz/rules
tests_unit_automation_SOURCES = tests/unit/automation.c tests/unit/check.h
tests_unit_automation_LDADD = $(CONSOLE)
tests_fuzz_rules_SOURCES = tests/fuzz/rules.c tests/fuzz/chance.h tests/unit/check.h
tests_fuzz_rules_LDADD = $(CONSOLE)
dist_noinst_SCRIPTS += tests/acceptance/field-scripts.sh
EXTRA_DIST += tests/field/README.md tests/field/judge.awk tests/field/answer.subtst \
	tests/field/arithmetic.tst tests/field/bad.subtst tests/field/consistency.tst \
	tests/field/control.tst \
	tests/field/flow.tst tests/field/settings.tst
