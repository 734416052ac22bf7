// SPDX-License-Identifier: BSD-3-Clause
// Discrete Fourier transforms of lines of any length, out[k] = scale * sum of x[j] * w^(j k) with
// w = exp(-+ 2 pi i / n), without memory beside the result.
//
// The result's own line is where the work is done: mixed radix with the small prime factors of n
// (up to 13), decimation in time. What remains of n (1 for the common lengths) is transformed
// directly while the line is loaded, which costs n * rest steps. A real line of even length is
// packed into a complex one of half the length.
//
// Shapes  lines by their first element and step; a complex element is two floats side by side.
// Memory  at most 400 bytes of stack. A line may be its own source where wick_fft_is_small(n).
// Result  float32; relative error grows with the logarithm of n (with n where it has large primes).
#ifndef WICK_KERNELS_FFT_FFT_H
#define WICK_KERNELS_FFT_FFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wick_complex {
    float re, im;
} wick_complex;

// exp(2 pi i k / n); 0 <= k < n. Error of each part at most 2 ULP of 1.
wick_complex wick_fft_root(int32_t k, int32_t n);

// Whether n has no prime factor above 13.
bool wick_fft_is_small(int32_t n);

typedef struct wick_fft_line {
    int32_t n;       // real or complex elements of the whole line
    bool is_inverse; // w = exp(+ 2 pi i / n)
    float scale;
    ptrdiff_t from_step, to_step; // in elements, real or complex
} wick_fft_line;

// complex[n] to complex[n].
void wick_fft_c2c(const wick_fft_line *line, const float *from, float *to);
// real[n] to complex[n / 2 + 1], forward or (conjugate) inverse.
void wick_fft_r2c(const wick_fft_line *line, const float *from, float *to);
// complex[n / 2 + 1], the half of a symmetric line, to real[n].
void wick_fft_c2r(const wick_fft_line *line, const float *from, float *to);
// The other half of a line of n of which n / 2 + 1 are there: the conjugates, in reverse order.
void wick_fft_mirror(int32_t n, ptrdiff_t step, float *line);

#endif
