noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	core/agenda.c core/agenda.h \
	core/bytes.h \
	core/clock.c core/clock.h \
	core/codepage.c core/codepage.h \
	core/event.c core/event.h \
	core/message.c core/message.h core/messages.h \
	core/thread.c core/thread.h
