# Tests. A unit test is a program tests/unit/NAME.c, written with tests/unit/check.h:
#
#     check_PROGRAMS += tests/unit/NAME
#     TESTS += tests/unit/NAME
#     tests_unit_NAME_SOURCES = tests/unit/NAME.c tests/unit/check.h
#     tests_unit_NAME_LDADD = $(CPU)
#
# Every test closes with a line `N passed, N failed[, N skipped]`. Each subject has a
# fragment of its own, tests/SUBJECT.mk, included here.
dist_check_SCRIPTS = tests/layers
TESTS += tests/layers
noinst_HEADERS = tests/unit/check.h tests/unit/random.h

include tests/core.mk
include tests/media.mk
include tests/panel.mk
include tests/arithmetic.mk
include tests/control.mk
include tests/dasd.mk
include tests/dasd-tools.mk
include tests/channel.mk
include tests/engine.mk
include tests/guest.mk
include tests/automation.mk
include tests/console.mk
include tests/terminal.mk
include tests/acceptance.mk
include tests/control-socket.mk
include tests/nestor.mk
include tests/linux.mk
