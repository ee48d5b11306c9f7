/* What others reach the operator by: the control socket, and the web page. Private to
 * console/. */
#ifndef CONSOLE_SERVICES_H
#define CONSOLE_SERVICES_H

#include "console/operator.h"

/* Open what the settings ask for, if it is not open; in virtual time, which passes on one
 * thread, nothing is. Nothing before power on. */
void services_open(struct operator *);
void services_close(struct operator *);

#endif
