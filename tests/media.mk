# Sockets, card equipment, printers and tapes.
check_PROGRAMS += tests/unit/event
TESTS += tests/unit/event
tests_unit_event_SOURCES = tests/unit/event.c tests/unit/check.h
tests_unit_event_LDADD = $(CORE)

check_PROGRAMS += tests/unit/reader
TESTS += tests/unit/reader
tests_unit_reader_SOURCES = tests/unit/reader.c tests/unit/check.h tests/unit/lone.h
tests_unit_reader_LDADD = $(DEVICES)

check_PROGRAMS += tests/unit/printer
TESTS += tests/unit/printer
tests_unit_printer_SOURCES = tests/unit/printer.c tests/unit/check.h tests/unit/lone.h
tests_unit_printer_LDADD = $(DEVICES)

check_PROGRAMS += tests/unit/tape
TESTS += tests/unit/tape
tests_unit_tape_SOURCES = tests/unit/tape.c tests/unit/check.h tests/unit/lone.h
tests_unit_tape_LDADD = $(DEVICES)

check_PROGRAMS += tests/unit/punch
TESTS += tests/unit/punch
tests_unit_punch_SOURCES = tests/unit/punch.c tests/unit/check.h tests/unit/lone.h
tests_unit_punch_LDADD = $(DEVICES)
