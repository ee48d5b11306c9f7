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

check_PROGRAMS += tests/unit/tape-formats
TESTS += tests/unit/tape-formats
tests_unit_tape_formats_SOURCES = tests/unit/tape-formats.c tests/unit/check.h tests/unit/lone.h
tests_unit_tape_formats_LDADD = $(DEVICES)

check_PROGRAMS += tests/unit/host-faults
TESTS += tests/unit/host-faults
tests_unit_host_faults_SOURCES = tests/unit/host-faults.c tests/unit/check.h tests/unit/lone.h
tests_unit_host_faults_LDADD = $(DEVICES)

check_PROGRAMS += tests/unit/punch
TESTS += tests/unit/punch
tests_unit_punch_SOURCES = tests/unit/punch.c tests/unit/check.h tests/unit/lone.h
tests_unit_punch_LDADD = $(DEVICES)

# Damaged tapes and decks by the thousand: see tests/fuzz/fuzz.h.
check_PROGRAMS += tests/fuzz/tape tests/fuzz/tape-tools tests/fuzz/commands tests/fuzz/deck
TESTS += tests/fuzz/tape tests/fuzz/tape-tools tests/fuzz/commands tests/fuzz/deck
tests_fuzz_tape_SOURCES = tests/fuzz/tape.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_tape_LDADD = $(DEVICES)
tests_fuzz_tape_tools_SOURCES = tests/fuzz/tape-tools.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_tape_tools_LDADD = $(DEVICES)
tests_fuzz_deck_SOURCES = tests/fuzz/deck.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_deck_LDADD = $(DEVICES)
tests_fuzz_commands_SOURCES = tests/fuzz/commands.c tests/fuzz/main.c tests/fuzz/fuzz.h \
	tests/unit/check.h tests/unit/lone.h
tests_fuzz_commands_LDADD = $(DEVICES)
