# Each family of devices has a folder and a fragment of its own.
noinst_LIBRARIES += libdevices.a
libdevices_a_SOURCES = devices/devices.h devices/rescue.c devices/rescue.h \
	devices/tool.c devices/tool.h devices/types.c devices/words.c devices/words.h

include devices/unit-record/local.mk
include devices/tape/local.mk
include devices/dasd/local.mk
include devices/terminal/local.mk
