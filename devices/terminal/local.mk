libdevices_a_SOURCES += \
	devices/terminal/display.c \
	devices/terminal/link.c \
	devices/terminal/link.h \
	devices/terminal/printer-3287.c \
	devices/terminal/screen.c \
	devices/terminal/screen.h \
	devices/terminal/server.c \
	devices/terminal/session.c \
	devices/terminal/session.h \
	devices/terminal/telnet.c \
	devices/terminal/telnet.h \
	devices/terminal/terminal.h \
	devices/terminal/tls.c \
	devices/terminal/tls.h \
	devices/terminal/types.c \
	devices/terminal/typewriter.c \
	devices/terminal/words.c
