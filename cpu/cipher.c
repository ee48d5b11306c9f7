#include "cpu/cipher.h"

#include <string.h>

#include <nettle/gcm.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "core/bytes.h"

/* ---- ciphers -------------------------------------------------------------------------- */

static const struct { uint8_t block, key; } sizes[] = {
    [CIPHER_DEA] = { 8, 8 }, [CIPHER_TDEA_128] = { 8, 16 }, [CIPHER_TDEA_192] = { 8, 24 },
    [CIPHER_AES_128] = { 16, 16 }, [CIPHER_AES_192] = { 16, 24 }, [CIPHER_AES_256] = { 16, 32 },
};

unsigned cipher_block_size(enum cipher_kind kind)
{
    return sizes[kind].block;
}

unsigned cipher_key_size(enum cipher_kind kind)
{
    return sizes[kind].key;
}

static void set_two_keys(struct des3_ctx *des3, const uint8_t *key)
{
    uint8_t three[24];
    memcpy(three, key, 16);
    memcpy(three + 16, key, 8);
    des3_set_key(des3, three);
}

void cipher_set(struct cipher *c, enum cipher_kind kind, const uint8_t *key, bool decrypts)
{
    c->kind = kind;
    c->decrypts = decrypts;
    switch (kind) {
    case CIPHER_DEA:      des_set_key(&c->key.des, key); break;
    case CIPHER_TDEA_128: set_two_keys(&c->key.des3, key); break;
    case CIPHER_TDEA_192: des3_set_key(&c->key.des3, key); break;
    case CIPHER_AES_128:
        (decrypts ? aes128_set_decrypt_key : aes128_set_encrypt_key)(&c->key.aes128, key);
        break;
    case CIPHER_AES_192:
        (decrypts ? aes192_set_decrypt_key : aes192_set_encrypt_key)(&c->key.aes192, key);
        break;
    case CIPHER_AES_256:
        (decrypts ? aes256_set_decrypt_key : aes256_set_encrypt_key)(&c->key.aes256, key);
        break;
    }
}

void cipher_blocks(const struct cipher *c, uint8_t *to, const uint8_t *from, size_t length)
{
    bool d = c->decrypts;
    switch (c->kind) {
    case CIPHER_DEA:
        (d ? des_decrypt : des_encrypt)(&c->key.des, length, to, from);
        break;
    case CIPHER_TDEA_128: case CIPHER_TDEA_192:
        (d ? des3_decrypt : des3_encrypt)(&c->key.des3, length, to, from);
        break;
    case CIPHER_AES_128:
        (d ? aes128_decrypt : aes128_encrypt)(&c->key.aes128, length, to, from);
        break;
    case CIPHER_AES_192:
        (d ? aes192_decrypt : aes192_encrypt)(&c->key.aes192, length, to, from);
        break;
    case CIPHER_AES_256:
        (d ? aes256_decrypt : aes256_encrypt)(&c->key.aes256, length, to, from);
        break;
    }
}

/* ---- digests -------------------------------------------------------------------------- */

unsigned digest_state_size(enum digest_kind kind)
{
    return kind == DIGEST_SHA_1 ? 20 : kind == DIGEST_SHA_256 ? 32 : 64;
}

unsigned digest_block_size(enum digest_kind kind)
{
    return kind == DIGEST_SHA_512 ? 128 : 64;
}

/* nettle's digests are given the state to go on from; a whole block changes it at once. */
static void sha1_blocks(uint8_t *state, const uint8_t *from, size_t length)
{
    struct sha1_ctx sha;
    sha1_init(&sha);
    for (int i = 0; i < 5; i++)
        sha.state[i] = get32(state + 4 * i);
    sha1_update(&sha, length, from);
    for (int i = 0; i < 5; i++)
        put32(state + 4 * i, sha.state[i]);
}

static void sha256_blocks(uint8_t *state, const uint8_t *from, size_t length)
{
    struct sha256_ctx sha;
    sha256_init(&sha);
    for (int i = 0; i < 8; i++)
        sha.state[i] = get32(state + 4 * i);
    sha256_update(&sha, length, from);
    for (int i = 0; i < 8; i++)
        put32(state + 4 * i, sha.state[i]);
}

static void sha512_blocks(uint8_t *state, const uint8_t *from, size_t length)
{
    struct sha512_ctx sha;
    sha512_init(&sha);
    for (int i = 0; i < 8; i++)
        sha.state[i] = get64(state + 8 * i);
    sha512_update(&sha, length, from);
    for (int i = 0; i < 8; i++)
        put64(state + 8 * i, sha.state[i]);
}

void digest_blocks(enum digest_kind kind, uint8_t *state, const uint8_t *from, size_t length)
{
    switch (kind) {
    case DIGEST_SHA_1:   sha1_blocks(state, from, length); break;
    case DIGEST_SHA_256: sha256_blocks(state, from, length); break;
    case DIGEST_SHA_512: sha512_blocks(state, from, length); break;
    }
}

/* nettle makes the subkey by a cipher of zeros: this one gives what we have. */
static void give_subkey(const void *subkey, size_t length, uint8_t *to, const uint8_t *zeros)
{
    (void)zeros;
    memcpy(to, subkey, length);
}

void ghash_blocks(uint8_t state[16], const uint8_t subkey[16], const uint8_t *from, size_t length)
{
    struct gcm_key key;
    struct gcm_ctx hash = { .auth_size = 0 };
    gcm_set_key(&key, subkey, give_subkey);
    memcpy(&hash.x, state, 16);
    gcm_update(&hash, &key, length, from);
    memcpy(state, &hash.x, 16);
}
