noinst_LIBRARIES += libchannel.a
libchannel_a_SOURCES = \
	channel/channel.h channel/css.h channel/exchange.h channel/program.h channel/subchannel.h \
	channel/trace.h \
	channel/channels.c channel/chsc.c channel/css.c channel/css-measure.c channel/css-path.c channel/css-report.c \
	channel/css-status.c channel/device.c channel/exchange.c channel/interruption.c channel/picture.c \
	channel/program.c channel/reset.c channel/run.c channel/s370.c channel/trace.c
