noinst_LIBRARIES += libchannel.a
libchannel_a_SOURCES = \
	channel/channel.h channel/exchange.h \
	channel/device.c channel/exchange.c
