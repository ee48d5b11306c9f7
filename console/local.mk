noinst_LIBRARIES += libconsole.a
libconsole_a_SOURCES = \
	console/commands.c console/commands.def console/commands.h \
	console/commands-debug.c console/commands-devices.c console/commands-display.c \
	console/commands-general.c console/commands-hardware.c console/commands-script.c console/commands-settings.c console/commands-cckd.c console/commands-shadow.c \
	console/commands-system.c \
	console/configuration.c \
	console/console.h \
	console/display.c console/display.h \
	console/diagnose.c console/diagnose-blocks.c console/block-io.h \
	console/diagnose-devices.c console/diagnose-load.c console/diagnose-partitions.c \
	console/watchdog.c \
	console/documents.c \
	console/event-table.c console/event-table.h \
	console/expression.c console/expression.h \
	console/guest.c \
	console/history.c console/history.h \
	console/line-mode.c \
	console/list-load.c \
	console/sclp.c console/sclp.h console/sclp-block.h console/sclp-machine.c \
	console/operator.c console/operator.h \
	console/rates.c console/rates.h \
	console/rexx.c console/rexx.h \
	console/rules.c console/rules.h \
	console/scripts.c console/scripts.h \
	console/settings.h \
	console/signals.c console/signals.h \
	console/symbols.c console/symbols.h \
	console/devmap.c console/tools.c console/tools.h \
	console/tracing.c console/tracing.h \
	console/turns.c console/turns.h \
	console/typed.c console/typed.h

include console/panel/local.mk

# The operator's callers.
libconsole_a_SOURCES += \
	console/control-access.c console/control.h \
	console/control-socket.h \
	console/metrics.c console/metrics.h \
	console/services.c console/services.h
if WITH_CONTROL
libconsole_a_SOURCES += console/control.c console/control-socket.c \
	console/control-state.c console/control-state.h console/ctl.c
CONSOLE += $(JANSSON_LIBS)
else
libconsole_a_SOURCES += console/control-none.c
endif
# The web page: its files become part of the program.
WEB_FILES = console/web/index.html console/web/page.css console/web/page.js \
	console/web/screen.js console/web/terminal.js
libconsole_a_SOURCES += console/http.h
if WITH_WEB
libconsole_a_SOURCES += console/http.c
nodist_libconsole_a_SOURCES = console/web-files.c
CONSOLE += $(WEBSOCKETS_LIBS)
else
libconsole_a_SOURCES += console/http-none.c
endif
console/web-files.c: $(WEB_FILES) console/web/embed
	$(AM_V_GEN)mkdir -p console && cd $(srcdir) && sh console/web/embed $(WEB_FILES) \
		>$(abs_builddir)/console/web-files.tmp && \
		mv $(abs_builddir)/console/web-files.tmp $(abs_builddir)/console/web-files.c
CLEANFILES += console/web-files.c
EXTRA_DIST += $(WEB_FILES) console/web/embed console/http.c console/http-none.c

EXTRA_DIST += console/control.c console/control-none.c console/control-socket.c \
	console/control-state.c console/control-state.h console/ctl.c

bin_PROGRAMS += endicott
endicott_SOURCES = console/main.c
endicott_CPPFLAGS = $(AM_CPPFLAGS) -DPKGDATADIR='"$(pkgdatadir)"'
endicott_LDADD = $(CONSOLE) $(CURSES_LIBS)

# The names that the tools have by custom: links to the program, which behaves so.
TAPE_LINKS = hetinit hetmap hetget hetupd tapecopy tapemap tapesplt maketape
CARD_LINKS = txt2card card2txt
DASD_LINKS = dasdinit dasdinit64 dasdls dasdcat dasdpdsu dasdseq dasdisup dasdser dasdlist \
	cckddiag cckddiag64 cckdmap dasdcopy dasdcopy64 ckd2cckd cckd2ckd fba2cfba cfba2fba \
	ckd2cckd64 cckd642ckd fba2cfba64 cfba642fba \
	convto64 dasdconv dasdconv64 dmap2hrc dasdload dasdload64 cckdcdsk cckdcdsk64 cckdcomp cckdcomp64 cckdswap cckdswap64
install-exec-hook:
	cd $(DESTDIR)$(bindir) && for name in $(TAPE_LINKS) $(CARD_LINKS) $(DASD_LINKS); do \
	    rm -f $$name && $(LN_S) endicott $$name || exit 1; done
install-data-hook:
	cd $(DESTDIR)$(man1dir) && \
	for name in $(TAPE_LINKS); do rm -f $$name.1 && $(LN_S) endicott-tape.1 $$name.1 || exit 1; done && \
	for name in $(CARD_LINKS); do rm -f $$name.1 && $(LN_S) endicott-card.1 $$name.1 || exit 1; done && \
	for name in $(DASD_LINKS); do rm -f $$name.1 && $(LN_S) endicott-dasd.1 $$name.1 || exit 1; done
uninstall-hook:
	for name in $(TAPE_LINKS) $(CARD_LINKS) $(DASD_LINKS); do \
	    rm -f $(DESTDIR)$(bindir)/$$name $(DESTDIR)$(man1dir)/$$name.1; done
