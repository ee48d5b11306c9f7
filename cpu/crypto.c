/* The message-security assist and its extensions 1 to 4 (SA22 7-48 to 7-152, 10-42): KM and KMC,
 * KMF, KMO and KMCTR encipher and decipher, KMAC, KIMD and KLMD compute digests, PCC what belongs
 * to them, PCKMO wraps keys. The ciphers themselves are in cipher.c.
 *
 * General register 0 has the function code in bits 57-63 and in bit 56 whether to decipher;
 * register 1 the address of the parameter block. */
#include <string.h>

#include "cpu/cipher.h"
#include "cpu/control.h"
#include "cpu/general.h"

/* Bytes that one execution works off at most: then it ends with condition code 3. And bytes that
 * are fetched, worked on and stored at once. */
enum { CPU_DETERMINED = 16384, PIECE = 1024 };

enum ending { CC_DONE, CC_OTHER_WRAPPING_KEY, CC_INCORRECT, CC_PARTIAL };

/* ---- functions ------------------------------------------------------------------------- */

enum { QUERY = 0, XTS = 50, GHASH = 65, PRNG = 67 };

/* A cipher's function code is the same in all instructions; that with a wrapped key is 8 more. */
struct function {
    uint8_t code;
    enum cipher_kind cipher;
    bool wrapped;
};
static const struct function functions[] = {
    { 1, CIPHER_DEA, false }, { 2, CIPHER_TDEA_128, false }, { 3, CIPHER_TDEA_192, false },
    { 9, CIPHER_DEA, true }, { 10, CIPHER_TDEA_128, true }, { 11, CIPHER_TDEA_192, true },
    { 18, CIPHER_AES_128, false }, { 19, CIPHER_AES_192, false }, { 20, CIPHER_AES_256, false },
    { 26, CIPHER_AES_128, true }, { 27, CIPHER_AES_192, true }, { 28, CIPHER_AES_256, true },
    { XTS, CIPHER_AES_128, false }, { 52, CIPHER_AES_256, false },
    { 58, CIPHER_AES_128, true }, { 60, CIPHER_AES_256, true },
    { PRNG, CIPHER_TDEA_192, false },
};

/* What instructions have of them, and which extension brought it: else it was in the assist from
 * the beginning or has come with extensions 1 and 2, which no facility bit tells apart. */
#define ONE(code) ((unsigned __int128)1 << (code))
#define CIPHERS(first) (ONE(first) | ONE((first) + 1) | ONE((first) + 2))
#define BASE    (ONE(QUERY) | CIPHERS(1) | CIPHERS(18))
#define WRAPPED (CIPHERS(9) | CIPHERS(26))
#define XTS_ALL (ONE(XTS) | ONE(52) | ONE(58) | ONE(60))
#define WITHOUT_KEYS (ONE(QUERY) | CIPHERS(1))      /* SHA-1, SHA-256, SHA-512 */

struct repertory { unsigned __int128 base, extension3, extension4; };
static const struct repertory
    km_functions    = { BASE, WRAPPED, XTS_ALL },
    kmc_functions   = { BASE | ONE(PRNG), WRAPPED, 0 },
    kmac_functions  = { ONE(QUERY) | CIPHERS(1), CIPHERS(9), CIPHERS(18) | CIPHERS(26) },
    feedback_functions = { 0, 0, BASE | WRAPPED },      /* KMF, KMO, KMCTR */
    pcc_functions   = { 0, 0, BASE | WRAPPED | XTS_ALL },
    pckmo_functions = { 0, BASE, 0 },
    kimd_functions  = { WITHOUT_KEYS, 0, ONE(GHASH) },
    klmd_functions  = { WITHOUT_KEYS, 0, 0 };

/* A facility is there if its instruction is. */
static bool has(const struct cpu *cpu, uint8_t opcode2)
{
    const uint8_t bytes[6] = { 0xB9, opcode2 };
    const struct instruction *row = instruction_find(bytes, architecture_id(cpu->arch));
    return row && instruction_installed(row, &cpu->machine->options);
}

static unsigned __int128 installed(const struct cpu *cpu, const struct repertory *r)
{
    enum { PCKMO = 0x28, KMCTR = 0x2D };
    return r->base | (has(cpu, PCKMO) ? r->extension3 : 0) | (has(cpu, KMCTR) ? r->extension4 : 0);
}

static unsigned function_code(const struct cpu *cpu)
{
    return cpu->gr[0].w & 0x7F;
}

static bool modifier(const struct cpu *cpu)
{
    return cpu->gr[0].w & 0x80;
}

static _Noreturn void specification(struct cpu *cpu)
{
    program_interrupt(cpu, PGM_SPECIFICATION);
}

/* Function 0 stores a bit for each function there is. True if that was asked for. */
static bool query(struct cpu *cpu, const struct repertory *repertory)
{
    unsigned __int128 there = installed(cpu, repertory);
    unsigned code = function_code(cpu);
    if (!(there >> code & 1))
        specification(cpu);
    if (code != QUERY)
        return false;
    uint8_t bits[16] = { 0 };
    for (unsigned i = 0; i < 128; i++)
        if (there >> i & 1)
            bits[i / 8] |= (uint8_t)(0x80 >> i % 8);
    store_bytes(in_space_of(cpu, 1), address_in(cpu, 1), bits, sizeof bits);
    cpu->psw.cc = CC_DONE;
    return true;
}

static void require_no_modifier(struct cpu *cpu)
{
    if (modifier(cpu))
        specification(cpu);
}

static void require_pair(struct cpu *cpu, unsigned r)
{
    if (r == 0 || r & 1)
        specification(cpu);
}

static const struct function *find_function(const struct cpu *cpu)
{
    const struct function *f = functions;
    while (f->code != function_code(cpu))
        f++;
    return f;
}

static bool is_xts(const struct function *f)
{
    return f->code >= XTS && f->code != PRNG;
}

static void xor(uint8_t *to, const uint8_t *from, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        to[i] ^= from[i];
}

/* ---- wrapped keys (SA22 3-13) -------------------------------------------------------------- */

/* The machine has a wrapping key for DEA and one for AES, which no program sees: new ones come
 * with each clear reset. A wrapped key is followed by a pattern that tells by which it was
 * wrapped; how it is wrapped is the machine's own affair. */
enum { DEA_PATTERN = 24, AES_PATTERN = 32, MAX_PATTERN = AES_PATTERN };

static bool is_aes(enum cipher_kind kind)
{
    return kind >= CIPHER_AES_128;
}

static unsigned pattern_size(enum cipher_kind kind)
{
    return is_aes(kind) ? AES_PATTERN : DEA_PATTERN;
}

static const uint8_t *wrapping_key(const struct cpu *cpu, enum cipher_kind kind)
{
    const struct machine *machine = cpu->machine;
    return is_aes(kind) ? machine->aes_wrapping_key : machine->dea_wrapping_key;
}

/* A digest of the wrapping key: it identifies the key and does not give it away. */
static void make_pattern(const struct cpu *cpu, enum cipher_kind kind, uint8_t pattern[MAX_PATTERN])
{
    uint8_t block[64] = { 0 };
    memcpy(block, wrapping_key(cpu, kind), is_aes(kind) ? 32 : 24);
    memset(pattern, 0, MAX_PATTERN);
    digest_blocks(DIGEST_SHA_256, pattern, block, sizeof block);
}

/* Block by block; AES-192's key is one and a half, and its second block overlaps the first. */
static void wrap(const struct cpu *cpu, enum cipher_kind kind, uint8_t *key)
{
    struct cipher c;
    unsigned block = cipher_block_size(kind), last = cipher_key_size(kind) - block;
    cipher_set(&c, is_aes(kind) ? CIPHER_AES_256 : CIPHER_TDEA_192, wrapping_key(cpu, kind), false);
    for (unsigned at = 0; at < last; at += block)
        cipher_blocks(&c, key + at, key + at, block);
    cipher_blocks(&c, key + last, key + last, block);
}

static void unwrap(const struct cpu *cpu, enum cipher_kind kind, uint8_t *key)
{
    struct cipher c;
    unsigned block = cipher_block_size(kind), last = cipher_key_size(kind) - block;
    cipher_set(&c, is_aes(kind) ? CIPHER_AES_256 : CIPHER_TDEA_192, wrapping_key(cpu, kind), true);
    cipher_blocks(&c, key + last, key + last, block);
    for (unsigned at = 0; at < last; at += block)
        cipher_blocks(&c, key + at, key + at, block);
}

/* A function's key, and the pattern behind it if it is wrapped. False: by another wrapping key
 * than ours. */
static bool take_key(const struct cpu *cpu, const struct function *f, const uint8_t *from,
                     uint8_t key[CIPHER_MAX_KEY])
{
    unsigned size = cipher_key_size(f->cipher);
    memcpy(key, from, size);
    if (!f->wrapped)
        return true;
    uint8_t pattern[MAX_PATTERN];
    make_pattern(cpu, f->cipher, pattern);
    if (memcmp(from + size, pattern, pattern_size(f->cipher)) != 0)
        return false;
    unwrap(cpu, f->cipher, key);
    return true;
}

static unsigned key_field_size(const struct function *f)
{
    return cipher_key_size(f->cipher) + (f->wrapped ? pattern_size(f->cipher) : 0);
}

/* PCKMO: the parameter block is a key, and room for the pattern. */
INSTRUCTION(pckmo)
{
    uint8_t block[CIPHER_MAX_KEY + MAX_PATTERN];
    (void)op;
    require_no_modifier(cpu);
    if (query(cpu, &pckmo_functions))
        return;
    enum cipher_kind kind = find_function(cpu)->cipher;
    unsigned size = cipher_key_size(kind), pattern = pattern_size(kind);
    uint64_t address = address_in(cpu, 1);
    check_store(in_space_of(cpu, 1), address, size + pattern);
    fetch_bytes(in_space_of(cpu, 1), block, address, size);
    wrap(cpu, kind, block);
    make_pattern(cpu, kind, block + size);
    store_bytes(in_space_of(cpu, 1), address, block, size + pattern);
}

/* ---- messages of any length ------------------------------------------------------------------ */

enum { MAX_PARAMETERS = 16 + CIPHER_MAX_KEY + MAX_PATTERN };

/* One of the instructions at work. */
struct job {
    struct cpu *cpu;
    const struct op *op;
    struct cipher cipher;
    unsigned block;             /* the cipher's, in bytes */
    unsigned unit;              /* the length is a multiple of it: KMF's is the program's choice */
    bool decrypts;
    uint8_t chaining[DIGEST_MAX_STATE];     /* chaining value, XTS parameter, or a digest's state */
    uint64_t chaining_address;
    unsigned chaining_size;     /* 0: there is none */
    uint8_t subkey[16];         /* GHASH */
    enum digest_kind digest;
    bool stores;                /* there is a first operand */
    bool counts;                /* there is a third: KMCTR's counters */
    uint8_t counters[PIECE];
    void (*work)(struct job *, uint8_t *piece, unsigned length);
};

static void pass(struct job *job, unsigned r, unsigned length)
{
    struct cpu *cpu = job->cpu;
    set_address(cpu, r, (cpu->gr[r].d + length) & cpu->address_mask);
}

/* Operands in different registers go on separately; in the same, once. */
static void pass_operands(struct job *job, unsigned length)
{
    const struct op *op = job->op;
    if (job->stores && op->r1 != op->r2)
        pass(job, op->r1, length);
    if (job->counts && op->r3 != op->r2 && op->r3 != op->r1)
        pass(job, op->r3, length);
    pass(job, op->r2, length);
    set_length(job->cpu, op->r2 + 1u, length_in(job->cpu, op->r2 + 1u) - length);
}

static void fetch_operand(struct cpu *cpu, unsigned r, uint8_t *to, unsigned length)
{
    fetch_bytes(in_space_of(cpu, r), to, address_in(cpu, r), length);
}

static void work_on_piece(struct job *job, unsigned length)
{
    struct cpu *cpu = job->cpu;
    uint8_t piece[PIECE];
    fetch_operand(cpu, job->op->r2, piece, length);
    if (job->counts)
        fetch_operand(cpu, job->op->r3, job->counters, length);
    job->work(job, piece, length);
    if (job->stores)
        store_bytes(in_space_of(cpu, job->op->r1), address_in(cpu, job->op->r1), piece, length);
    if (job->chaining_size)
        store_bytes(in_space_of(cpu, 1), job->chaining_address, job->chaining, job->chaining_size);
    pass_operands(job, length);
}

/* As many pieces as there are, of what is a multiple of the unit; false if there is more. */
static bool work_off(struct job *job)
{
    unsigned most = PIECE - PIECE % job->unit;
    if (job->chaining_size)
        check_store(in_space_of(job->cpu, 1), job->chaining_address, job->chaining_size);
    for (unsigned done = 0; done < CPU_DETERMINED; done += most) {
        uint64_t left = length_in(job->cpu, job->op->r2 + 1u);
        left -= left % job->unit;
        if (!left)
            return true;
        work_on_piece(job, left < most ? (unsigned)left : most);
    }
    return length_in(job->cpu, job->op->r2 + 1u) < job->unit;
}

/* ---- ciphers' modes ------------------------------------------------------------------------ */

static void encipher(struct job *job, uint8_t *block)
{
    cipher_blocks(&job->cipher, block, block, job->block);
}

static void each_by_itself(struct job *job, uint8_t *piece, unsigned length)
{
    cipher_blocks(&job->cipher, piece, piece, length);
}

static void chain(struct job *job, uint8_t *piece, unsigned length)
{
    for (unsigned at = 0; at < length; at += job->block) {
        uint8_t before[CIPHER_MAX_BLOCK];
        memcpy(before, piece + at, job->block);
        if (!job->decrypts)
            xor(piece + at, job->chaining, job->block);
        encipher(job, piece + at);
        if (job->decrypts)
            xor(piece + at, job->chaining, job->block);
        memcpy(job->chaining, job->decrypts ? before : piece + at, job->block);
    }
}

static void authenticate(struct job *job, uint8_t *piece, unsigned length)
{
    for (unsigned at = 0; at < length; at += job->block) {
        xor(job->chaining, piece + at, job->block);
        encipher(job, job->chaining);
    }
}

static void feed_output_back(struct job *job, uint8_t *piece, unsigned length)
{
    for (unsigned at = 0; at < length; at += job->block) {
        encipher(job, job->chaining);
        xor(piece + at, job->chaining, job->block);
    }
}

/* The chaining value is a register into which as many bytes are shifted as are worked on. */
static void feed_cipher_back(struct job *job, uint8_t *piece, unsigned length)
{
    for (unsigned at = 0; at < length; at += job->unit) {
        uint8_t mask[CIPHER_MAX_BLOCK], before[CIPHER_MAX_BLOCK];
        cipher_blocks(&job->cipher, mask, job->chaining, job->block);
        memcpy(before, piece + at, job->unit);
        xor(piece + at, mask, job->unit);
        memmove(job->chaining, job->chaining + job->unit, job->block - job->unit);
        memcpy(job->chaining + job->block - job->unit, job->decrypts ? before : piece + at,
               job->unit);
    }
}

static void count(struct job *job, uint8_t *piece, unsigned length)
{
    cipher_blocks(&job->cipher, job->counters, job->counters, length);
    xor(piece, job->counters, length);
}

/* ANSI X9.17: a date or whatever the program gives becomes a number, which with the seed becomes
 * the result, and both become the next seed. */
static void generate_numbers(struct job *job, uint8_t *piece, unsigned length)
{
    for (unsigned at = 0; at < length; at += job->block) {
        uint8_t date[CIPHER_MAX_BLOCK];
        encipher(job, piece + at);
        memcpy(date, piece + at, job->block);
        xor(piece + at, job->chaining, job->block);
        encipher(job, piece + at);
        xor(date, piece + at, job->block);
        encipher(job, date);
        memcpy(job->chaining, date, job->block);
    }
}

/* Times alpha (IEEE 1619, 5.2): the first byte has the low powers, its leftmost bit the highest
 * of them. */
static void multiply_by_alpha(uint8_t v[16])
{
    unsigned carry = 0;
    for (int i = 0; i < 16; i++) {
        unsigned next = v[i] >> 7;
        v[i] = (uint8_t)(v[i] << 1 | carry);
        carry = next;
    }
    if (carry)
        v[0] ^= 0x87;
}

static void tweak(struct job *job, uint8_t *piece, unsigned length)
{
    uint8_t tweaks[PIECE];
    for (unsigned at = 0; at < length; at += 16) {
        memcpy(tweaks + at, job->chaining, 16);
        multiply_by_alpha(job->chaining);
    }
    xor(piece, tweaks, length);
    cipher_blocks(&job->cipher, piece, piece, length);
    xor(piece, tweaks, length);
}

/* The parameter block: a chaining value in front of the key, or an XTS parameter behind it, or
 * neither. The condition code. */
static enum ending take_parameters(struct job *job, const struct function *f, bool chains)
{
    struct cpu *cpu = job->cpu;
    uint8_t parameters[MAX_PARAMETERS], key[CIPHER_MAX_KEY];
    unsigned front = chains ? job->block : 0, back = is_xts(f) ? job->block : 0;
    unsigned key_field = key_field_size(f);
    fetch_bytes(in_space_of(cpu, 1), parameters, address_in(cpu, 1), front + key_field + back);
    if (!take_key(cpu, f, parameters + front, key))
        return CC_OTHER_WRAPPING_KEY;
    unsigned at = back ? key_field : 0;
    job->chaining_size = front + back;
    job->chaining_address = (address_in(cpu, 1) + at) & cpu->address_mask;
    memcpy(job->chaining, parameters + at, job->chaining_size);
    /* With feedback the cipher is used in one direction only. */
    cipher_set(&job->cipher, f->cipher, key, job->decrypts && job->work != feed_cipher_back);
    return CC_DONE;
}

/* A length of zero is done before the parameter block is looked at. */
static void cipher_message(struct job *job, const struct function *f, bool chains)
{
    struct cpu *cpu = job->cpu;
    uint64_t length = length_in(cpu, job->op->r2 + 1u);
    job->block = cipher_block_size(f->cipher);
    if (!job->unit)
        job->unit = job->block;
    if (length % job->unit)
        specification(cpu);
    enum ending cc = length ? take_parameters(job, f, chains) : CC_DONE;
    if (length && cc == CC_DONE && !work_off(job))
        cc = CC_PARTIAL;
    cpu->psw.cc = cc;
}

INSTRUCTION(km)
{
    require_pair(cpu, op->r1);
    require_pair(cpu, op->r2);
    if (query(cpu, &km_functions))
        return;
    const struct function *f = find_function(cpu);
    struct job job = { .cpu = cpu, .op = op, .decrypts = modifier(cpu), .stores = true,
                         .work = is_xts(f) ? tweak : each_by_itself };
    cipher_message(&job, f, false);
}

INSTRUCTION(kmc)
{
    require_pair(cpu, op->r1);
    require_pair(cpu, op->r2);
    if (query(cpu, &kmc_functions))
        return;
    const struct function *f = find_function(cpu);
    if (f->code == PRNG)
        require_no_modifier(cpu);
    struct job job = { .cpu = cpu, .op = op, .decrypts = modifier(cpu), .stores = true,
                         .work = f->code == PRNG ? generate_numbers : chain };
    cipher_message(&job, f, true);
}

/* Bits 32-39 of register 0 are how many bytes are fed back at a time. */
INSTRUCTION(kmf)
{
    require_pair(cpu, op->r1);
    require_pair(cpu, op->r2);
    if (query(cpu, &feedback_functions))
        return;
    const struct function *f = find_function(cpu);
    struct job job = { .cpu = cpu, .op = op, .decrypts = modifier(cpu), .stores = true,
                         .unit = cpu->gr[0].w >> 24, .work = feed_cipher_back };
    if (job.unit < 1 || job.unit > cipher_block_size(f->cipher))
        specification(cpu);
    cipher_message(&job, f, true);
}

INSTRUCTION(kmo)
{
    require_pair(cpu, op->r1);
    require_pair(cpu, op->r2);
    if (query(cpu, &feedback_functions))
        return;
    struct job job = { .cpu = cpu, .op = op, .stores = true, .work = feed_output_back };
    cipher_message(&job, find_function(cpu), true);
}

INSTRUCTION(kmctr)
{
    require_pair(cpu, op->r1);
    require_pair(cpu, op->r2);
    require_pair(cpu, op->r3);
    if (query(cpu, &feedback_functions))
        return;
    struct job job = { .cpu = cpu, .op = op, .stores = true, .counts = true, .work = count };
    cipher_message(&job, find_function(cpu), false);
}

INSTRUCTION(kmac)
{
    require_pair(cpu, op->r2);
    require_no_modifier(cpu);
    if (query(cpu, &kmac_functions))
        return;
    struct job job = { .cpu = cpu, .op = op, .work = authenticate };
    cipher_message(&job, find_function(cpu), true);
}

/* ---- digests ------------------------------------------------------------------------------- */

static void digest(struct job *job, uint8_t *piece, unsigned length)
{
    digest_blocks(job->digest, job->chaining, piece, length);
}

static void ghash(struct job *job, uint8_t *piece, unsigned length)
{
    ghash_blocks(job->chaining, job->subkey, piece, length);
}

static void take_state(struct job *job, unsigned size, unsigned block)
{
    job->unit = block;
    job->chaining_address = address_in(job->cpu, 1);
    job->chaining_size = size;
    fetch_bytes(in_space_of(job->cpu, 1), job->chaining, job->chaining_address, size);
}

static void take_digest(struct job *job)
{
    job->digest = (enum digest_kind)(function_code(job->cpu) - 1);
    job->work = digest;
    take_state(job, digest_state_size(job->digest), digest_block_size(job->digest));
}

/* The hash subkey follows the chaining value. */
static void take_ghash(struct job *job)
{
    uint8_t parameters[32];
    job->work = ghash;
    fetch_bytes(in_space_of(job->cpu, 1), parameters, address_in(job->cpu, 1), sizeof parameters);
    memcpy(job->subkey, parameters + 16, 16);
    take_state(job, 16, 16);
}

INSTRUCTION(kimd)
{
    require_pair(cpu, op->r2);
    require_no_modifier(cpu);
    if (query(cpu, &kimd_functions))
        return;
    struct job job = { .cpu = cpu, .op = op };
    bool is_ghash = function_code(cpu) == GHASH;
    uint64_t length = length_in(cpu, op->r2 + 1u);
    if (length % (is_ghash ? 16 : digest_block_size((enum digest_kind)(function_code(cpu) - 1))))
        specification(cpu);
    cpu->psw.cc = CC_DONE;
    if (!length)
        return;
    (is_ghash ? take_ghash : take_digest)(&job);
    if (!work_off(&job))
        cpu->psw.cc = CC_PARTIAL;
}

/* The rest, a bit, zeros, and the length in bits, which the parameter block has behind the
 * chaining value: in the last block, or in one more. */
static void finish_digest(struct job *job)
{
    struct cpu *cpu = job->cpu;
    uint8_t last[2 * DIGEST_MAX_BLOCK] = { 0 };
    unsigned left = (unsigned)length_in(cpu, job->op->r2 + 1u), field = job->unit / 8;
    unsigned size = left + 1 + field <= job->unit ? job->unit : 2 * job->unit;
    fetch_bytes(in_space_of(cpu, 1), last + size - field,
                (job->chaining_address + job->chaining_size) & cpu->address_mask, field);
    if (left)
        fetch_operand(cpu, job->op->r2, last, left);
    last[left] = 0x80;
    digest_blocks(job->digest, job->chaining, last, size);
    store_bytes(in_space_of(cpu, 1), job->chaining_address, job->chaining, job->chaining_size);
    pass_operands(job, left);
}

INSTRUCTION(klmd)
{
    require_pair(cpu, op->r2);
    require_no_modifier(cpu);
    if (query(cpu, &klmd_functions))
        return;
    struct job job = { .cpu = cpu, .op = op };
    take_digest(&job);
    cpu->psw.cc = CC_PARTIAL;
    if (work_off(&job)) {
        finish_digest(&job);
        cpu->psw.cc = CC_DONE;
    }
}

/* ---- PERFORM CRYPTOGRAPHIC COMPUTATION ------------------------------------------------------- */

/* Doubling in the field of NIST SP 800-38B, 5.3. */
static void double_block(uint8_t *v, unsigned size)
{
    uint8_t carry = !(v[0] & 0x80) ? 0 : size == 16 ? 0x87 : 0x1B;
    for (unsigned i = size; i-- > 0;) {
        uint8_t next = v[i] >> 7;
        v[i] = (uint8_t)(v[i] << 1 ^ carry);
        carry = next;
    }
}

/* The last block of a CMAC, from its length in bits, itself, the chaining value, and the key. */
static enum ending last_cmac(struct cpu *cpu, const struct function *f)
{
    enum { MESSAGE = 8 };
    unsigned size = cipher_block_size(f->cipher), chaining = MESSAGE + size;
    uint8_t block[MESSAGE + CIPHER_MAX_BLOCK + MAX_PARAMETERS], key[CIPHER_MAX_KEY];
    uint8_t subkey[CIPHER_MAX_BLOCK] = { 0 };
    uint64_t address = address_in(cpu, 1);
    struct cipher c;
    fetch_bytes(in_space_of(cpu, 1), block, address, chaining + size + key_field_size(f));
    check_store(in_space_of(cpu, 1), (address + chaining) & cpu->address_mask, size);
    if (!take_key(cpu, f, block + chaining + size, key))
        return CC_OTHER_WRAPPING_KEY;
    unsigned bits = block[0];
    if (bits > 8 * size)
        return CC_INCORRECT;
    cipher_set(&c, f->cipher, key, false);
    cipher_blocks(&c, subkey, subkey, size);
    double_block(subkey, size);
    uint8_t *message = block + MESSAGE, *value = block + chaining;
    if (bits < 8 * size) {
        double_block(subkey, size);
        message[bits / 8] = (uint8_t)((message[bits / 8] | 0x80 >> bits % 8) &
                                      ~(0x7F >> bits % 8));
        memset(message + bits / 8 + 1, 0, size - bits / 8 - 1);
    }
    xor(value, message, size);
    xor(value, subkey, size);
    cipher_blocks(&c, value, value, size);
    store_bytes(in_space_of(cpu, 1), (address + chaining) & cpu->address_mask, value, size);
    return CC_DONE;
}

/* alpha to the power of j: the bits of j from the left, squaring in between, would need products
 * in the field; we have them by doubling. */
static void multiply(uint8_t product[16], const uint8_t a[16], const uint8_t b[16])
{
    uint8_t shifted[16], sum[16] = { 0 };
    memcpy(shifted, a, 16);
    for (unsigned bit = 0; bit < 128; bit++) {
        if (b[bit / 8] >> bit % 8 & 1)
            xor(sum, shifted, 16);
        multiply_by_alpha(shifted);
    }
    memcpy(product, sum, 16);
}

/* The XTS parameter of block j of a data unit: key, tweak, j, a field for work that was broken
 * off, and the result (SA22 7-137). We never break it off. */
static enum ending xts_parameter(struct cpu *cpu, const struct function *f)
{
    unsigned tweak_at = key_field_size(f);
    uint8_t block[CIPHER_MAX_KEY + MAX_PATTERN + 64], key[CIPHER_MAX_KEY];
    uint8_t power[16] = { 2 }, *parameter = block + tweak_at, *j = parameter + 16;
    uint64_t address = address_in(cpu, 1), result = (address + tweak_at + 48) & cpu->address_mask;
    struct cipher c;
    fetch_bytes(in_space_of(cpu, 1), block, address, tweak_at + 64);
    check_store(in_space_of(cpu, 1), result, 16);
    if (!take_key(cpu, f, block, key))
        return CC_OTHER_WRAPPING_KEY;
    cipher_set(&c, f->cipher, key, false);
    cipher_blocks(&c, parameter, parameter, 16);
    for (int bit = 127; bit >= 0; bit--) {      /* j's last bit is worth 1 */
        if (j[bit / 8] >> (7 - bit % 8) & 1)
            multiply(parameter, parameter, power);
        multiply(power, power, power);
    }
    store_bytes(in_space_of(cpu, 1), result, parameter, 16);
    return CC_DONE;
}

INSTRUCTION(pcc)
{
    (void)op;
    require_no_modifier(cpu);
    if (query(cpu, &pcc_functions))
        return;
    const struct function *f = find_function(cpu);
    cpu->psw.cc = (is_xts(f) ? xts_parameter : last_cmac)(cpu, f);
}
