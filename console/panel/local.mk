libconsole_a_SOURCES += \
	console/panel/complete.c console/panel/complete.h \
	console/panel/editor.c console/panel/editor.h \
	console/panel/panel.c console/panel/panel.h \
	console/panel/recall.c console/panel/recall.h \
	console/panel/runner.c console/panel/runner.h \
	console/panel/tty.c console/panel/tty.h \
	console/panel/scroll.c console/panel/scroll.h \
	console/panel/snapshot.c console/panel/snapshot.h \
	console/panel/text.c console/panel/text.h \
	console/panel/view-cpu.c \
	console/panel/view-devices.c \
	console/panel/view-help.c \
	console/panel/view-messages.c
