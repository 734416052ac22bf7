// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/fft/fft.h"

enum { LARGEST_FACTOR = 13, FACTORS_MAX = 31 };

// Not inlined: their locals would lie on the stack beside those of the others.
#define APART static __attribute__((noinline))

// Sine and cosine of x in [0, pi / 4]: Taylor series, whose next term is below 2^-26.
static wick_complex first_octant(float x)
{
    const float s = x * x;
    const float sine =
        x +
        x * s * (-1.6666667e-1f + s * (8.3333333e-3f + s * (-1.9841270e-4f + s * 2.7557319e-6f)));
    const float cosine =
        1 + s * (-0.5f + s * (4.1666667e-2f + s * (-1.3888889e-3f + s * 2.4801587e-5f)));
    return (wick_complex){cosine, sine};
}

// The octant and the place in it are found in whole numbers, so that the angle loses nothing.
wick_complex wick_fft_root(int32_t k, int32_t n)
{
    const int64_t eighths = (int64_t)k * 8;
    const int32_t octant = (int32_t)(eighths / n);
    const int32_t rest = (int32_t)(eighths % n);
    const float quarter_pi = 0.78539816f;
    const int32_t place = (octant & 1) != 0 ? n - rest : rest;
    const wick_complex c = first_octant(quarter_pi * ((float)place / (float)n));
    const bool is_swapped = ((octant + 1) & 2) != 0;
    wick_complex root = {is_swapped ? c.im : c.re, is_swapped ? c.re : c.im};
    root.re = octant >= 2 && octant <= 5 ? -root.re : root.re;
    root.im = octant >= 4 ? -root.im : root.im;
    return root;
}

static wick_complex product(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static wick_complex sum(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re + b.re, a.im + b.im};
}

static wick_complex difference(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re - b.re, a.im - b.im};
}

static wick_complex conjugate(wick_complex a)
{
    return (wick_complex){a.re, -a.im};
}

static wick_complex scaled(wick_complex a, float factor)
{
    return (wick_complex){a.re * factor, a.im * factor};
}

// w^k of the direction.
static wick_complex root_of(int32_t k, int32_t n, bool is_inverse)
{
    const wick_complex root = wick_fft_root(k, n);
    return is_inverse ? root : conjugate(root);
}

// Where complex elements lie: part `re` of element j at j * step, part `im` behind it by `im`.
typedef struct place {
    ptrdiff_t step, im; // in floats
} place;

static wick_complex get(const float *line, place p, int32_t j)
{
    const float *const at = line + j * p.step;
    return (wick_complex){at[0], at[p.im]};
}

static void put(float *line, place p, int32_t j, wick_complex value)
{
    float *const at = line + j * p.step;
    at[0] = value.re;
    at[p.im] = value.im;
}

typedef enum kind {
    COMPLEX, // elements as they are
    REAL,    // real elements, imaginary part 0
    HALF,    // the packed line whose transform unpacks to that of a half line
    MIRROR,  // a half line and its conjugates
} kind;

typedef struct source {
    kind kind;
    const float *data;
    place at;
    float scale;
    int32_t n; // of the whole line
    bool is_inverse;
} source;

static wick_complex half_element(const source *s, int32_t j)
{
    wick_complex value = get(s->data, s->at, j);
    if (j == 0 || 2 * j == s->n) { // a symmetric line has real values there, whatever stands there
        value.im = 0;
    }
    return value;
}

// Element j of the line that is transformed.
APART wick_complex load(const source *s, int32_t j)
{
    wick_complex value = {0, 0};
    switch (s->kind) {
    case COMPLEX:
        value = get(s->data, s->at, j);
        break;
    case REAL:
        value.re = s->data[j * s->at.step];
        break;
    case HALF: {
        const wick_complex a = half_element(s, j);
        const wick_complex b = conjugate(half_element(s, s->n / 2 - j));
        const wick_complex odd = product(difference(a, b), root_of(j, s->n, s->is_inverse));
        value = sum(sum(a, b), (wick_complex){-odd.im, odd.re});
        break;
    }
    case MIRROR:
        value = j <= s->n / 2 ? half_element(s, j) : conjugate(half_element(s, s->n - j));
        break;
    }
    return scaled(value, s->scale);
}

typedef struct factors {
    int32_t count;
    int32_t rest; // what has no small factor
    uint8_t factor[FACTORS_MAX];
} factors;

static factors factors_of(int32_t n)
{
    static const uint8_t primes[] = {2, 3, 5, 7, 11, LARGEST_FACTOR};
    factors f = {.rest = n};
    for (uint32_t i = 0; i < sizeof primes; i++) {
        while (f.rest % primes[i] == 0) {
            f.factor[f.count++] = primes[i];
            f.rest /= primes[i];
        }
    }
    return f;
}

bool wick_fft_is_small(int32_t n)
{
    return n < 1 || factors_of(n).rest == 1;
}

// The element that stands at position q once the line is in order for the stages.
static int32_t reversed(const factors *f, int32_t n, int32_t q)
{
    int32_t span = n / f->rest;
    int32_t step = 1;
    int32_t element = 0;
    for (int32_t s = f->count; s-- > 0;) {
        span /= f->factor[s];
        element += q / span * step;
        q %= span;
        step *= f->factor[s];
    }
    return element;
}

// Direct transform of `rest` elements from `first` on.
APART wick_complex direct(const source *s, const factors *f, int32_t n, int32_t first, int32_t k)
{
    const int32_t step = n / f->rest;
    wick_complex total = {0, 0};
    for (int32_t j = 0; j < f->rest; j++) {
        const int32_t turn = (int32_t)((int64_t)j * k % f->rest);
        const wick_complex w = root_of(turn, f->rest, s->is_inverse);
        total = sum(total, product(load(s, first + j * step), w));
    }
    return total;
}

APART void load_line(const source *s, const factors *f, int32_t n, float *to, place at)
{
    const int32_t blocks = n / f->rest;
    for (int32_t q = 0; q < blocks; q++) {
        const int32_t first = reversed(f, n, q);
        for (int32_t k = 0; k < f->rest; k++) {
            const wick_complex value = f->rest == 1 ? load(s, first) : direct(s, f, n, first, k);
            put(to, at, q * f->rest + k, value);
        }
    }
}

// Brings a line that is its own source in order: each cycle of the permutation from its lowest
// position.
APART void permute_line(const source *s, const factors *f, int32_t n, float *line, place at)
{
    for (int32_t q = 0; q < n; q++) {
        int32_t other = reversed(f, n, q);
        while (other > q) {
            other = reversed(f, n, other);
        }
        if (other < q) {
            continue;
        }
        const wick_complex first = load(s, q);
        int32_t to = q;
        for (int32_t from = reversed(f, n, q); from != q; from = reversed(f, n, from)) {
            put(line, at, to, load(s, from));
            to = from;
        }
        put(line, at, to, first);
    }
}

// One stage: `factor` neighbouring blocks of `size` become one.
typedef struct stage {
    int32_t n, size, factor;
    bool is_inverse;
} stage;

APART void butterfly(const stage *s, float *line, place at, int32_t first,
                     const wick_complex *twiddles, const wick_complex *roots)
{
    wick_complex terms[LARGEST_FACTOR];
    for (int32_t i = 0; i < s->factor; i++) {
        terms[i] = product(get(line, at, first + i * s->size), twiddles[i]);
    }
    for (int32_t k = 0; k < s->factor; k++) {
        wick_complex total = terms[0];
        int32_t turn = 0;
        for (int32_t i = 1; i < s->factor; i++) {
            turn += k;
            turn -= turn >= s->factor ? s->factor : 0;
            total = sum(total, product(terms[i], roots[turn]));
        }
        put(line, at, first + k * s->size, total);
    }
}

static void butterfly_of_two(const stage *s, float *line, place at, int32_t first, wick_complex w)
{
    const wick_complex a = get(line, at, first);
    const wick_complex b = product(get(line, at, first + s->size), w);
    put(line, at, first, sum(a, b));
    put(line, at, first + s->size, difference(a, b));
}

APART void run_stage(const stage *s, float *line, place at)
{
    const int32_t block = s->size * s->factor;
    wick_complex twiddles[LARGEST_FACTOR] = {{1, 0}};
    wick_complex roots[LARGEST_FACTOR];
    for (int32_t i = 0; i < s->factor; i++) {
        roots[i] = root_of(i, s->factor, s->is_inverse);
    }
    for (int32_t j = 0; j < s->size; j++) {
        for (int32_t i = 1; i < s->factor; i++) {
            twiddles[i] = root_of((int32_t)((int64_t)i * j % block), block, s->is_inverse);
        }
        for (int32_t first = j; first < s->n; first += block) {
            if (s->factor == 2) {
                butterfly_of_two(s, line, at, first, twiddles[1]);
            } else {
                butterfly(s, line, at, first, twiddles, roots);
            }
        }
    }
}

// Transform of n complex elements that `s` gives.
APART void transform(const source *s, int32_t n, float *to, place at)
{
    const factors f = factors_of(n);
    if (s->data == to) {
        permute_line(s, &f, n, to, at);
    } else {
        load_line(s, &f, n, to, at);
    }
    int32_t size = f.rest;
    for (int32_t i = 0; i < f.count; i++) {
        const stage next = {n, size, f.factor[i], s->is_inverse};
        run_stage(&next, to, at);
        size *= f.factor[i];
    }
}

static place complex_place(ptrdiff_t step)
{
    return (place){2 * step, 1};
}

void wick_fft_c2c(const wick_fft_line *line, const float *from, float *to)
{
    const source s = {COMPLEX,     from,    complex_place(line->from_step),
                      line->scale, line->n, line->is_inverse};
    transform(&s, line->n, to, complex_place(line->to_step));
}

// Odd lengths: each element of the half directly.
APART void r2c_directly(const source *s, float *to, place at)
{
    const factors whole = {.rest = s->n};
    for (int32_t k = 0; k <= s->n / 2; k++) {
        put(to, at, k, direct(s, &whole, s->n, 0, k));
    }
}

// The transform of x[2j] + i x[2j+1] becomes that of x: pairs of elements k and n/2 - k.
APART void unpack(const wick_fft_line *line, float *to, place at)
{
    const int32_t half = line->n / 2;
    const wick_complex first = get(to, at, 0);
    put(to, at, 0, (wick_complex){first.re + first.im, 0});
    put(to, at, half, (wick_complex){first.re - first.im, 0});
    for (int32_t k = 1; k <= half - k; k++) {
        const wick_complex a = get(to, at, k);
        const wick_complex b = conjugate(get(to, at, half - k));
        const wick_complex even = scaled(sum(a, b), 0.5f);
        const wick_complex turned =
            product(difference(a, b), root_of(k, line->n, line->is_inverse));
        const wick_complex odd = {0.5f * turned.im, -0.5f * turned.re}; // times -i / 2
        put(to, at, k, sum(even, odd));
        put(to, at, half - k, conjugate(difference(even, odd)));
    }
}

void wick_fft_r2c(const wick_fft_line *line, const float *from, float *to)
{
    const place at = complex_place(line->to_step);
    source s = {REAL, from, {line->from_step, 0}, line->scale, line->n, line->is_inverse};
    if (line->n % 2 != 0) {
        r2c_directly(&s, to, at);
        return;
    }
    s.kind = COMPLEX;
    s.at = (place){2 * line->from_step, line->from_step};
    transform(&s, line->n / 2, to, at);
    unpack(line, to, at);
}

void wick_fft_c2r(const wick_fft_line *line, const float *from, float *to)
{
    source s = {HALF, from, complex_place(line->from_step), line->scale, line->n, line->is_inverse};
    if (line->n % 2 == 0) {
        transform(&s, line->n / 2, to, (place){2 * line->to_step, line->to_step});
        return;
    }
    const factors whole = {.rest = line->n};
    s.kind = MIRROR;
    for (int32_t k = 0; k < line->n; k++) {
        to[k * line->to_step] = direct(&s, &whole, line->n, 0, k).re;
    }
}

void wick_fft_mirror(int32_t n, ptrdiff_t step, float *line)
{
    const place at = complex_place(step);
    for (int32_t k = n / 2 + 1; k < n; k++) {
        put(line, at, k, conjugate(get(line, at, n - k)));
    }
}
