# Those who call the operator: control socket, web page.
dist_noinst_SCRIPTS += tests/acceptance/control.sh tests/acceptance/web.sh tests/acceptance/browser
if WITH_CONTROL
check_PROGRAMS += tests/unit/session tests/fuzz/session
TESTS += tests/unit/session tests/fuzz/session
endif
tests_unit_session_SOURCES = tests/unit/session.c tests/unit/check.h
tests_unit_session_LDADD = $(CONSOLE)
tests_fuzz_session_SOURCES = tests/fuzz/session.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_session_LDADD = $(CONSOLE)
if WITH_WEB
check_PROGRAMS += tests/fuzz/http
TESTS += tests/fuzz/http
endif
tests_fuzz_http_SOURCES = tests/fuzz/http.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_http_LDADD = $(CONSOLE)
