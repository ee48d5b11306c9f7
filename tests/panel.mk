# The panel without a terminal: editor, recall, completion, messages, text.
check_PROGRAMS += tests/unit/panel
TESTS += tests/unit/panel
tests_unit_panel_SOURCES = tests/unit/panel.c tests/unit/check.h
tests_unit_panel_LDADD = $(CONSOLE)
dist_noinst_SCRIPTS += tests/acceptance/panel.sh
check_PROGRAMS += tests/unit/panel-crash
TESTS += tests/unit/panel-crash
tests_unit_panel_crash_SOURCES = tests/unit/panel-crash.c tests/unit/check.h
tests_unit_panel_crash_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
tests_unit_panel_crash_LDADD = $(CONSOLE) $(CURSES_LIBS)
