libdevices_a_SOURCES += \
	devices/terminal/server.c \
	devices/terminal/terminal.h \
	devices/terminal/typewriter.c
