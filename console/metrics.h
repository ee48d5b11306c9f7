/* What the machine does, in the text form that Prometheus reads (version 0.0.4). Private to
 * console/. */
#ifndef CONSOLE_METRICS_H
#define CONSOLE_METRICS_H

struct operator;

/* To be freed. With the operator's lock. */
char *metrics_text(struct operator *);

#endif
