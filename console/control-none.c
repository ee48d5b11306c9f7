/* In place of control.c and control-socket.c, where there is no library for JSON: nobody can
 * call, and the rest of the program works. */
#include <stdio.h>

#include "console/control-socket.h"
#include "console/control.h"

struct control *control_new(struct operator *operator)
{
    (void)operator;
    return NULL;
}

void control_settle(struct control *control) { (void)control; }
void control_free(struct control *control) { (void)control; }

struct control_socket *control_socket_new(struct control *control, struct events *events,
                                          const char *where, const char *token, char *error,
                                          size_t size)
{
    (void)control, (void)events, (void)where, (void)token;
    snprintf(error, size, "this program was built without jansson");
    return NULL;
}

bool control_socket_is_local(const struct control_socket *socket) { return socket; }
int control_socket_port(const struct control_socket *socket) { return socket ? -1 : 0; }
void control_socket_free(struct control_socket *socket) { (void)socket; }

int ctl_main(int argc, char *argv[]);

int ctl_main(int argc, char *argv[])
{
    (void)argc;
    fprintf(stderr, "%s: this program was built without jansson\n", argv[0]);
    return 3;
}
