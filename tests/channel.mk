# Channel programs and I/O instructions.
check_PROGRAMS += tests/channel/cases
TESTS += tests/channel/cases
tests_channel_cases_SOURCES = tests/channel/cases.c tests/channel/scripted.c \
	tests/channel/scripted.h tests/unit/check.h
tests_channel_cases_LDADD = $(CHANNEL)
EXTRA_DIST += tests/channel/cases.txt tests/channel/basic.cases
