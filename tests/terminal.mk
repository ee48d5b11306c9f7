# Terminals over TCP.
check_PROGRAMS += tests/unit/telnet tests/unit/screen tests/unit/display
TESTS += tests/unit/telnet tests/unit/screen tests/unit/display
tests_unit_telnet_SOURCES = tests/unit/telnet.c tests/unit/check.h
tests_unit_telnet_LDADD = $(DEVICES)
tests_unit_screen_SOURCES = tests/unit/screen.c tests/unit/check.h
tests_unit_screen_LDADD = $(DEVICES)
tests_unit_display_SOURCES = tests/unit/display.c tests/unit/check.h
tests_unit_display_LDADD = $(DEVICES)

# See tests/fuzz/fuzz.h.
check_PROGRAMS += tests/fuzz/telnet tests/fuzz/display
TESTS += tests/fuzz/telnet tests/fuzz/display
tests_fuzz_telnet_SOURCES = tests/fuzz/telnet.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_telnet_LDADD = $(DEVICES)
tests_fuzz_display_SOURCES = tests/fuzz/display.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_display_LDADD = $(DEVICES)

dist_noinst_SCRIPTS += tests/acceptance/tn3270.sh tests/acceptance/tn3270-sessions.sh \
	tests/acceptance/tn3270-osvs1.sh tests/acceptance/network.sh \
	tests/acceptance/latency
EXTRA_DIST += tests/acceptance/s3270.bash tests/acceptance/await.bash tests/acceptance/terminal.js
