/* Block ciphers and digests for the message-security assist: nettle's, behind one face. Pure
 * functions of bytes, which know of no CPU. Private to cpu/; only with HAVE_NETTLE. */
#ifndef CPU_CIPHER_H
#define CPU_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nettle/aes.h>
#include <nettle/des.h>

/* DEA is DES; TDEA-128 has two keys of which the first is used again, TDEA-192 three. */
enum cipher_kind { CIPHER_DEA, CIPHER_TDEA_128, CIPHER_TDEA_192,
                   CIPHER_AES_128, CIPHER_AES_192, CIPHER_AES_256 };
enum { CIPHER_MAX_BLOCK = 16, CIPHER_MAX_KEY = 32 };

/* A key, ready for use in one direction. */
struct cipher {
    enum cipher_kind kind;
    bool decrypts;
    union {
        struct des_ctx des;
        struct des3_ctx des3;
        struct aes128_ctx aes128;
        struct aes192_ctx aes192;
        struct aes256_ctx aes256;
    } key;
};

unsigned cipher_block_size(enum cipher_kind);       /* bytes: 8 or 16 */
unsigned cipher_key_size(enum cipher_kind);         /* bytes: 8 to 32 */
/* Parity of DES keys does not count, nor does it matter whether a key is weak. */
void cipher_set(struct cipher *, enum cipher_kind, const uint8_t *key, bool decrypts);
/* Each block by itself; `length` is a multiple of the block's. `to` may be `from`. */
void cipher_blocks(const struct cipher *, uint8_t *to, const uint8_t *from, size_t length);

enum digest_kind { DIGEST_SHA_1, DIGEST_SHA_256, DIGEST_SHA_512 };
enum { DIGEST_MAX_STATE = 64, DIGEST_MAX_BLOCK = 128 };

unsigned digest_state_size(enum digest_kind);       /* bytes: 20, 32 or 64 */
unsigned digest_block_size(enum digest_kind);       /* bytes: 64 or 128 */
/* Whole blocks go into the state, whose words are big-endian. */
void digest_blocks(enum digest_kind, uint8_t *state, const uint8_t *from, size_t length);

/* GHASH (NIST SP 800-38D, 6.4): whole blocks of 16 bytes. */
void ghash_blocks(uint8_t state[16], const uint8_t subkey[16], const uint8_t *from, size_t length);

#endif
