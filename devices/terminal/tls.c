#include "config.h"

#include "devices/terminal/tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef HAVE_OPENSSL

#include <openssl/err.h>
#include <openssl/ssl.h>

struct tls { SSL_CTX *context; };
struct tls_line { SSL *ssl; bool wants_write; };

static void explain(const char *what, char *error, size_t size)
{
    char reason[120];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    snprintf(error, size, "%s: %s", what, reason);
    ERR_clear_error();
}

static bool load(SSL_CTX *context, const char *certificate, const char *key, char *error, size_t size)
{
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
        explain(certificate, error, size);
    else if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        explain(key, error, size);
    else if (SSL_CTX_check_private_key(context) != 1)
        explain("certificate and key do not belong together", error, size);
    else
        return true;
    return false;
}

/* A key behind a passphrase would be asked for at the terminal; we have nobody to ask. */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return 0;
}

struct tls *tls_new(const char *certificate, const char *key, char *error, size_t size)
{
    struct tls *tls = calloc(1, sizeof *tls);
    if (!tls)
        abort();
    tls->context = SSL_CTX_new(TLS_server_method());
    if (!tls->context)
        abort();
    SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION);
    SSL_CTX_set_mode(tls->context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                       SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_default_passwd_cb(tls->context, no_passphrase);
    if (load(tls->context, certificate, key, error, size))
        return tls;
    tls_free(tls);
    return NULL;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}

struct tls_line *tls_line_new(struct tls *tls, int fd)
{
    struct tls_line *line = calloc(1, sizeof *line);
    if (!line || !(line->ssl = SSL_new(tls->context)) || SSL_set_fd(line->ssl, fd) != 1)
        abort();
    SSL_set_accept_state(line->ssl);
    return line;
}

void tls_line_free(struct tls_line *line)
{
    if (!line)
        return;
    if (SSL_is_init_finished(line->ssl))
        SSL_shutdown(line->ssl);
    ERR_clear_error();
    SSL_free(line->ssl);
    free(line);
}

/* What OpenSSL answered, in the words of recv() and send(). */
static ssize_t judge(struct tls_line *line, int n)
{
    int why = n > 0 ? SSL_ERROR_NONE : SSL_get_error(line->ssl, n);
    ERR_clear_error();
    line->wants_write = why == SSL_ERROR_WANT_WRITE;
    if (why == SSL_ERROR_NONE)
        return n;
    if (why == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : ECONNRESET;
    return -1;
}

ssize_t tls_receive(struct tls_line *line, void *bytes, size_t length)
{
    ERR_clear_error();
    return judge(line, SSL_read(line->ssl, bytes, (int)length));
}

ssize_t tls_send(struct tls_line *line, const void *bytes, size_t length)
{
    ERR_clear_error();
    return judge(line, SSL_write(line->ssl, bytes, (int)(length < 1 << 30 ? length : 1 << 30)));
}

bool tls_wants_write(const struct tls_line *line) { return line->wants_write; }
bool tls_has_more(const struct tls_line *line) { return SSL_pending(line->ssl) > 0; }

#else

struct tls *tls_new(const char *certificate, const char *key, char *error, size_t size)
{
    (void)certificate, (void)key;
    snprintf(error, size, "this build has no TLS: configure it where OpenSSL (libssl-dev) is");
    return NULL;
}

void tls_free(struct tls *tls) { (void)tls; }
struct tls_line *tls_line_new(struct tls *tls, int fd) { (void)tls, (void)fd; return NULL; }
void tls_line_free(struct tls_line *line) { (void)line; }

ssize_t tls_receive(struct tls_line *line, void *bytes, size_t length)
{
    (void)line, (void)bytes, (void)length;
    errno = ENOTSUP;
    return -1;
}

ssize_t tls_send(struct tls_line *line, const void *bytes, size_t length)
{
    (void)line, (void)bytes, (void)length;
    errno = ENOTSUP;
    return -1;
}

bool tls_wants_write(const struct tls_line *line) { (void)line; return false; }
bool tls_has_more(const struct tls_line *line) { (void)line; return false; }

#endif
