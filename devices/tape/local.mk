libdevices_a_SOURCES += \
	devices/tape/types.c
