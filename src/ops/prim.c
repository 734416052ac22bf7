// SPDX-License-Identifier: BSD-3-Clause
#include "ops/prim.h"

#include "base/failure.h"

wick_status wick_prim_prepare(const wick_call *call, void *block)
{
    (void)call;
    (void)block;
    return WICK_OK;
}

static wick_status put_int(const wick_call *call, uint32_t arg, int64_t value)
{
    wick_value *out = wick_call_value(call, arg);
    out->kind = WICK_VALUE_INT;
    out->integer.value = value;
    return WICK_OK;
}

static wick_status put_bool(const wick_call *call, uint32_t arg, bool value)
{
    wick_value *out = wick_call_value(call, arg);
    out->kind = WICK_VALUE_BOOL;
    out->integer.value = value;
    return WICK_OK;
}

static wick_status put_real(const wick_call *call, uint32_t arg, double value)
{
    wick_value *out = wick_call_value(call, arg);
    out->kind = WICK_VALUE_REAL;
    out->real.value = value;
    return WICK_OK;
}

static wick_status fail_overflow(const wick_call *call)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0,
                          WICK_TEXT("number outside of the 64-bit integers"));
}

static bool has_real(const wick_call *call)
{
    return wick_call_is_real(call, 0) || wick_call_is_real(call, 1);
}

// On ints: false where the result leaves 64 bits.
typedef bool integer_operation(int64_t a, int64_t b, int64_t *out);
typedef double real_operation(double a, double b);

static wick_status arithmetic(const wick_call *call, integer_operation *integer,
                              real_operation *real)
{
    int64_t value;
    if (has_real(call)) {
        return put_real(call, 2, real(wick_call_real(call, 0), wick_call_real(call, 1)));
    }
    return integer(wick_call_int(call, 0), wick_call_int(call, 1), &value) ? put_int(call, 2, value)
                                                                           : fail_overflow(call);
}

static bool add_integers(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

static bool sub_integers(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_sub_overflow(a, b, out);
}

// Not __builtin_mul_overflow, which calls a helper that some devices lack.
static bool mul_integers(int64_t a, int64_t b, int64_t *out)
{
    const uint64_t product = (uint64_t)a * (uint64_t)b;
    *out = (int64_t)product;
    return a == 0 ||
           (!(a == -1 && b == INT64_MIN) && !(b == -1 && a == INT64_MIN) && *out / a == b);
}

// b is not 0.
static bool floordiv_integers(int64_t a, int64_t b, int64_t *out)
{
    if (b == -1) {
        return sub_integers(0, a, out);
    }
    *out = a / b - (a % b != 0 && (a < 0) != (b < 0));
    return true;
}

static bool mod_integers(int64_t a, int64_t b, int64_t *out)
{
    const int64_t rest = b == -1 ? 0 : a % b;
    *out = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    return true;
}

static bool max_integers(int64_t a, int64_t b, int64_t *out)
{
    *out = a > b ? a : b;
    return true;
}

static bool min_integers(int64_t a, int64_t b, int64_t *out)
{
    *out = a < b ? a : b;
    return true;
}

static double add_reals(double a, double b)
{
    return a + b;
}

static double sub_reals(double a, double b)
{
    return a - b;
}

static double mul_reals(double a, double b)
{
    return a * b;
}

static double max_reals(double a, double b)
{
    return b > a ? b : a;
}

static double min_reals(double a, double b)
{
    return b < a ? b : a;
}

static double magnitude(double x)
{
    return x < 0 ? -x : x;
}

// |a| modulo |b|: subtracts |b| * 2^k from the largest k on. Each difference is exact, as the two
// are within a factor of 2.
static double rest_of(double a, double b)
{
    double rest = magnitude(a);
    const double least = magnitude(b);
    double step = least;
    while (step + step <= rest) {
        step += step;
    }
    for (; rest >= least; step *= 0.5) {
        rest -= rest >= step ? step : 0;
    }
    return rest;
}

static double floor_real(double x)
{
    if (magnitude(x) >= 0x1p52) {
        return x; // whole already
    }
    const double whole = (double)(int64_t)x;
    return whole > x ? whole - 1 : whole;
}

// As Python: (a - a % b) / b, which is whole but for rounding.
static double floordiv_reals(double a, double b)
{
    if (a - a != 0 || b != b) {
        return (a - a) * b; // infinite or NaN
    }
    const bool is_negative = (a < 0) != (b < 0);
    const double rest = rest_of(a, b);
    double quotient = rest == magnitude(a) ? 0 : (a - (a < 0 ? -rest : rest)) / b;
    quotient -= rest != 0 && is_negative ? 1 : 0;
    const double whole = floor_real(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
}

static double truediv_reals(double a, double b)
{
    return a / b;
}

static wick_status refuse_zero(const wick_call *call)
{
    return wick_call_real(call, 1) != 0
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, WICK_TEXT("division by zero"));
}

wick_status wick_prim_add_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, add_integers, add_reals);
}

wick_status wick_prim_sub_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, sub_integers, sub_reals);
}

wick_status wick_prim_mul_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, mul_integers, mul_reals);
}

wick_status wick_prim_floordiv_run(const wick_call *call, const void *block)
{
    (void)block;
    WICK_TRY(refuse_zero(call));
    return arithmetic(call, floordiv_integers, floordiv_reals);
}

wick_status wick_prim_truediv_run(const wick_call *call, const void *block)
{
    (void)block;
    WICK_TRY(refuse_zero(call));
    return put_real(call, 2, truediv_reals(wick_call_real(call, 0), wick_call_real(call, 1)));
}

wick_status wick_prim_mod_run(const wick_call *call, const void *block)
{
    (void)block;
    WICK_TRY(refuse_zero(call));
    return arithmetic(call, mod_integers, NULL); // the signature holds reals off
}

wick_status wick_prim_max_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, max_integers, max_reals);
}

wick_status wick_prim_min_run(const wick_call *call, const void *block)
{
    (void)block;
    return arithmetic(call, min_integers, min_reals);
}

typedef struct order {
    bool is_less;
    bool is_greater;
    bool is_equal; // none of them with a NaN
} order;

static order compare(const wick_call *call)
{
    if (has_real(call)) {
        const double a = wick_call_real(call, 0);
        const double b = wick_call_real(call, 1);
        return (order){a<b, a> b, a == b};
    }
    const int64_t a = wick_call_int(call, 0);
    const int64_t b = wick_call_int(call, 1);
    return (order){a<b, a> b, a == b};
}

wick_status wick_prim_eq_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_bool(call, 2, compare(call).is_equal);
}

wick_status wick_prim_gt_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_bool(call, 2, compare(call).is_greater);
}

wick_status wick_prim_lt_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_bool(call, 2, compare(call).is_less);
}

wick_status wick_prim_ge_run(const wick_call *call, const void *block)
{
    const order found = compare(call);
    (void)block;
    return put_bool(call, 2, found.is_greater || found.is_equal);
}

wick_status wick_prim_le_run(const wick_call *call, const void *block)
{
    const order found = compare(call);
    (void)block;
    return put_bool(call, 2, found.is_less || found.is_equal);
}

wick_status wick_prim_neg_run(const wick_call *call, const void *block)
{
    int64_t value;
    (void)block;
    if (wick_call_is_real(call, 0)) {
        return put_real(call, 1, -wick_call_real(call, 0));
    }
    return sub_integers(0, wick_call_int(call, 0), &value) ? put_int(call, 1, value)
                                                           : fail_overflow(call);
}

// The whole number that `choose` makes of a real and its whole part.
static wick_status round_with(const wick_call *call, int64_t (*choose)(double x, int64_t whole))
{
    if (!wick_call_is_real(call, 0)) {
        return put_int(call, 1, wick_call_int(call, 0));
    }
    const double x = wick_call_real(call, 0);
    if (!(x >= -0x1p63 && x < 0x1p63)) {
        return fail_overflow(call);
    }
    return put_int(call, 1, choose(x, (int64_t)x));
}

static int64_t choose_whole(double x, int64_t whole)
{
    (void)x;
    return whole;
}

static int64_t choose_above(double x, int64_t whole)
{
    return whole + ((double)whole < x);
}

static int64_t choose_nearest(double x, int64_t whole)
{
    const double rest = magnitude(x - (double)whole);
    const bool goes_on = rest > 0.5 || (rest == 0.5 && whole % 2 != 0);
    return whole + (goes_on ? (x < 0 ? -1 : 1) : 0);
}

wick_status wick_prim_ceil_run(const wick_call *call, const void *block)
{
    (void)block;
    return round_with(call, choose_above);
}

wick_status wick_prim_round_run(const wick_call *call, const void *block)
{
    (void)block;
    return round_with(call, choose_nearest);
}

wick_status wick_prim_trunc_run(const wick_call *call, const void *block)
{
    (void)block;
    return round_with(call, choose_whole);
}

wick_status wick_prim_float_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_real(call, 1, wick_call_real(call, 0));
}

wick_status wick_prim_not_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_bool(call, 1, wick_call_real(call, 0) == 0);
}

wick_status wick_prim_ite_run(const wick_call *call, const void *block)
{
    (void)block;
    *wick_call_value(call, 3) = *wick_call_value(call, wick_call_real(call, 0) != 0 ? 1 : 2);
    return WICK_OK;
}

wick_status wick_sym_size_prepare(const wick_call *call, void *block)
{
    uint32_t dim;
    const wick_tensor *self = wick_call_tensor(call, 0);
    (void)block;
    if (self->rank == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0, WICK_TEXT("self has no dimension"));
    }
    return wick_call_dim(call, 1, wick_call_int(call, 1), self->rank, &dim);
}

wick_status wick_sym_size_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const int64_t dim = wick_call_int(call, 1);
    (void)block;
    return put_int(call, 2, self->sizes[dim < 0 ? dim + self->rank : dim]);
}

wick_status wick_check_sizes_prepare(const wick_call *call, void *block)
{
    const uint32_t rank = wick_call_tensor(call, 0)->rank;
    (void)block;
    return wick_call_list_count(call, 1) == rank && wick_call_list_count(call, 2) == rank
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                                WICK_TEXT("not one range for each dimension"));
}

wick_status wick_check_sizes_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    (void)block;
    for (uint32_t i = 0; i < self->rank; i++) {
        if (self->sizes[i] < wick_call_int_at(call, 1, i) ||
            self->sizes[i] > wick_call_int_at(call, 2, i)) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, i,
                                  WICK_TEXT("this dimension of an input is outside of the range of "
                                            "the export, or does not fit the other inputs"));
        }
    }
    return WICK_OK;
}

wick_status wick_assert_scalar_run(const wick_call *call, const void *block)
{
    const char *message = (const char *)wick_call_value(call, 1)->list.items; // ends with a 0
    (void)block;
    return wick_call_real(call, 0) != 0
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, WICK_NOWHERE, message);
}

wick_status wick_sym_numel_run(const wick_call *call, const void *block)
{
    (void)block;
    return put_int(call, 1, (int64_t)wick_tensor_count(wick_call_tensor(call, 0)));
}
