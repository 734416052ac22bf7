// SPDX-License-Identifier: BSD-3-Clause
// Deterministic mutation: mutate_<kind> [--cases N] [--seed S] [--first I] [--save FILE] FILES...
//
// The first cases are FILES as they are. Any other case I mutates one of them in one to six steps
// that depend on seed and I alone, and feeds the result to the subject. Batches run in a child
// process, so that a crash, a leak or a case above the time limit is told with its number:
// --first I --cases 1 --save FILE repeats it and keeps the input.
#include "base/bytes.h"
#include "fuzz/subject.h"
#include "support/files.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BATCH = 1000,
    LIMIT_SECONDS = 10,
    MAX_FILES = 256,
    MAX_STEPS = 6,
    ROOM = 4096, // a mutation may lengthen the input to twice its size and this
};

typedef struct corpus {
    uint8_t *bytes[MAX_FILES];
    size_t size_bytes[MAX_FILES];
    uint32_t count;
} corpus;

typedef struct options {
    uint64_t cases;
    uint64_t seed;
    uint64_t first;
    const char *save;
} options;

typedef struct sample {
    uint8_t *bytes;
    size_t size_bytes;
    size_t capacity;
} sample;

static void overwrite(sample *s, wick_fuzz_random *random, uint32_t width)
{
    static const uint64_t extremes[] = {
        0,          1,          UINT64_MAX, INT64_MAX,  (uint64_t)INT64_MIN,
        0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, 0xffff,
        0x8000,     16};
    if (s->size_bytes < 8) {
        return;
    }
    const uint32_t at = width * wick_fuzz_below(random, (uint32_t)(s->size_bytes / width));
    const uint64_t value = extremes[wick_fuzz_below(random, sizeof extremes / sizeof extremes[0])];
    for (uint32_t i = 0; i < width; i++) {
        s->bytes[at + i] = (uint8_t)(value >> (8 * i));
    }
}

static void nudge(sample *s, wick_fuzz_random *random)
{
    if (s->size_bytes < 4) {
        return;
    }
    uint8_t *word = s->bytes + 4 * (size_t)wick_fuzz_below(random, (uint32_t)(s->size_bytes / 4));
    wick_store_u32(word, wick_load_u32(word) + wick_fuzz_below(random, 33) - 16);
}

static void splice(sample *s, const corpus *files, wick_fuzz_random *random)
{
    const uint32_t from = wick_fuzz_below(random, files->count);
    const uint32_t source = wick_fuzz_below(random, (uint32_t)files->size_bytes[from]);
    const uint32_t target = wick_fuzz_below(random, (uint32_t)s->size_bytes);
    size_t length = 1 + wick_fuzz_below(random, 64);
    length = length < files->size_bytes[from] - source ? length : files->size_bytes[from] - source;
    length = length < s->size_bytes - target ? length : s->size_bytes - target;
    if (s->size_bytes > 0) {
        memcpy(s->bytes + target, files->bytes[from] + source, length);
    }
}

static void mutate_once(sample *s, const corpus *files, wick_fuzz_random *random)
{
    const uint32_t size = (uint32_t)s->size_bytes;
    switch (wick_fuzz_below(random, 12)) {
    case 0:
    case 1:
        if (size > 0) {
            s->bytes[wick_fuzz_below(random, size)] ^= (uint8_t)(1u << wick_fuzz_below(random, 8));
        }
        break;
    case 2:
        overwrite(s, random, 1);
        break;
    case 3:
        overwrite(s, random, 2);
        break;
    case 4:
        overwrite(s, random, 4);
        break;
    case 5:
        overwrite(s, random, 8);
        break;
    case 6:
        nudge(s, random);
        break;
    case 7:
        splice(s, files, random);
        break;
    case 8:
        if (wick_fuzz_below(random, 4) == 0) {
            s->size_bytes = wick_fuzz_below(random, size + 1);
        }
        break;
    default:
        if (wick_fuzz_the_subject.mutate != 0) {
            s->size_bytes = wick_fuzz_the_subject.mutate(s->bytes, s->size_bytes, s->capacity,
                                                         wick_fuzz_below(random, UINT32_MAX));
        }
    }
}

static void run_case(const corpus *files, const options *o, uint64_t number)
{
    wick_fuzz_random random = {o->seed * 0x2545f4914f6cdd1du + number};
    const bool is_replay = number < files->count;
    const uint32_t from = is_replay ? (uint32_t)number : wick_fuzz_below(&random, files->count);
    const size_t size_bytes = files->size_bytes[from];
    sample s = {malloc(2 * size_bytes + ROOM), size_bytes, 2 * size_bytes + ROOM};
    if (s.bytes == 0) {
        abort();
    }
    memcpy(s.bytes, files->bytes[from], size_bytes);
    const uint32_t steps = is_replay ? 0 : 1 + wick_fuzz_below(&random, MAX_STEPS);
    for (uint32_t i = 0; i < steps; i++) {
        mutate_once(&s, files, &random);
    }
    uint8_t *exact = test_copy(s.bytes, s.size_bytes);
    if (o->save != 0) {
        FILE *file = fopen(o->save, "wb");
        if (file != 0) {
            fwrite(exact, 1, s.size_bytes, file);
            fclose(file);
        }
    }
    alarm(LIMIT_SECONDS); // its signal ends the child
    wick_fuzz_the_subject.run(exact, s.size_bytes);
    alarm(0);
    free(exact);
    free(s.bytes);
}

// Runs cases [first, end) in a child. *current is shared with it. True if it ended well.
static bool run_batch(const corpus *files, const options *o, uint64_t first, uint64_t end,
                      uint64_t *current)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        for (*current = first; *current < end; (*current)++) {
            run_case(files, o, *current);
        }
        exit(0); // through atexit, where the leak check sits
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("mutate");
        return false;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    const bool is_late = WIFSIGNALED(status) && WTERMSIG(status) == 14; // SIGALRM
    if (*current == end) {
        printf("FAILED: a leak in cases %llu to %llu of seed %llu\n", (unsigned long long)first,
               (unsigned long long)end - 1, (unsigned long long)o->seed);
    } else {
        printf("FAILED: case %llu of seed %llu %s; repeat with --seed %llu --first %llu --cases 1 "
               "--save FILE\n",
               (unsigned long long)*current, (unsigned long long)o->seed,
               is_late ? "takes too long" : "crashes", (unsigned long long)o->seed,
               (unsigned long long)*current);
    }
    return false;
}

static bool read_arguments(int argc, char **argv, options *o, corpus *files)
{
    for (int i = 1; i < argc; i++) {
        const bool has_value = i + 1 < argc;
        if (has_value && strcmp(argv[i], "--cases") == 0) {
            o->cases = strtoull(argv[++i], 0, 10);
        } else if (has_value && strcmp(argv[i], "--seed") == 0) {
            o->seed = strtoull(argv[++i], 0, 10);
        } else if (has_value && strcmp(argv[i], "--first") == 0) {
            o->first = strtoull(argv[++i], 0, 10);
        } else if (has_value && strcmp(argv[i], "--save") == 0) {
            o->save = argv[++i];
        } else if (files->count < MAX_FILES) {
            files->bytes[files->count] = test_read(argv[i], &files->size_bytes[files->count]);
            if (files->bytes[files->count] == 0 || files->size_bytes[files->count] == 0) {
                fprintf(stderr, "mutate: cannot read %s\n", argv[i]);
                return false;
            }
            files->count++;
        }
    }
    return files->count > 0;
}

int main(int argc, char **argv)
{
    static corpus files;
    options o = {.cases = 1000, .seed = 1};
    if (!read_arguments(argc, argv, &o, &files)) {
        fprintf(stderr, "usage: %s [--cases N] [--seed S] [--first I] [--save FILE] FILES...\n",
                argv[0]);
        return 2;
    }
    uint64_t *current =
        mmap(0, sizeof *current, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (current == MAP_FAILED) {
        perror("mutate");
        return 2;
    }
    const uint64_t end = o.first + o.cases;
    bool is_good = true;
    for (uint64_t first = o.first; first < end && is_good; first += BATCH) {
        is_good = run_batch(&files, &o, first, end - first < BATCH ? end : first + BATCH, current);
    }
    munmap(current, sizeof *current);
    for (uint32_t i = 0; i < files.count; i++) {
        free(files.bytes[i]);
    }
    if (is_good) {
        printf("%llu mutations of %u files, seed %llu: no crash, no hang, no leak\n",
               (unsigned long long)o.cases, files.count, (unsigned long long)o.seed);
    }
    return is_good ? 0 : 1;
}
