# Sockets, card equipment, printers and tapes.
check_PROGRAMS += tests/unit/event
TESTS += tests/unit/event
tests_unit_event_SOURCES = tests/unit/event.c tests/unit/check.h
tests_unit_event_LDADD = $(CORE)
