libdevices_a_SOURCES += \
	devices/unit-record/types.c
