// SPDX-License-Identifier: BSD-3-Clause
// Bessel functions of orders 0 and 1, of the first and second kind, for one type: included with
// NUMBER, FN(f) and LIT(v), the type, the function f on it and a number of it.
//
// Source  Cephes, in the form and the order of evaluation of PyTorch's ATen/native/Math.h.

static const NUMBER pp0[] = {LIT(7.96936729297347051624e-04), LIT(8.28352392107440799803e-02),
                             LIT(1.23953371646414299388e+00), LIT(5.44725003058768775090e+00),
                             LIT(8.74716500199817011941e+00), LIT(5.30324038235394892183e+00),
                             LIT(9.99999999999999997821e-01)};
static const NUMBER pq0[] = {LIT(9.24408810558863637013e-04), LIT(8.56288474354474431428e-02),
                             LIT(1.25352743901058953537e+00), LIT(5.47097740330417105182e+00),
                             LIT(8.76190883237069594232e+00), LIT(5.30605288235394617618e+00),
                             LIT(1.00000000000000000218e+00)};
static const NUMBER qp0[] = {-LIT(1.13663838898469149931e-02), -LIT(1.28252718670509318512e+00),
                             -LIT(1.95539544257735972385e+01), -LIT(9.32060152123768231369e+01),
                             -LIT(1.77681167980488050595e+02), -LIT(1.47077505154951170175e+02),
                             -LIT(5.14105326766599330220e+01), -LIT(6.05014350600728481186e+00)};
static const NUMBER qq0[] = {LIT(6.43178256118178023184e+01), LIT(8.56430025976980587198e+02),
                             LIT(3.88240183605401609683e+03), LIT(7.24046774195652478189e+03),
                             LIT(5.93072701187316984827e+03), LIT(2.06209331660327847417e+03),
                             LIT(2.42005740240291393179e+02)};
static const NUMBER rp0[] = {-LIT(4.79443220978201773821e+09), LIT(1.95617491946556577543e+12),
                             -LIT(2.49248344360967716204e+14), LIT(9.70862251047306323952e+15)};
static const NUMBER rq0[] = {LIT(4.99563147152651017219e+02), LIT(1.73785401676374683123e+05),
                             LIT(4.84409658339962045305e+07), LIT(1.11855537045356834862e+10),
                             LIT(2.11277520115489217587e+12), LIT(3.10518229857422583814e+14),
                             LIT(3.18121955943204943306e+16), LIT(1.71086294081043136091e+18)};
static const NUMBER pp1[] = {LIT(7.62125616208173112003e-04), LIT(7.31397056940917570436e-02),
                             LIT(1.12719608129684925192e+00), LIT(5.11207951146807644818e+00),
                             LIT(8.42404590141772420927e+00), LIT(5.21451598682361504063e+00),
                             LIT(1.00000000000000000254e+00)};
static const NUMBER pq1[] = {LIT(5.71323128072548699714e-04), LIT(6.88455908754495404082e-02),
                             LIT(1.10514232634061696926e+00), LIT(5.07386386128601488557e+00),
                             LIT(8.39985554327604159757e+00), LIT(5.20982848682361821619e+00),
                             LIT(9.99999999999999997461e-01)};
static const NUMBER qp1[] = {LIT(5.10862594750176621635e-02), LIT(4.98213872951233449420e+00),
                             LIT(7.58238284132545283818e+01), LIT(3.66779609360150777800e+02),
                             LIT(7.10856304998926107277e+02), LIT(5.97489612400613639965e+02),
                             LIT(2.11688757100572135698e+02), LIT(2.52070205858023719784e+01)};
static const NUMBER qq1[] = {LIT(7.42373277035675149943e+01), LIT(1.05644886038262816351e+03),
                             LIT(4.98641058337653607651e+03), LIT(9.56231892404756170795e+03),
                             LIT(7.99704160447350683650e+03), LIT(2.82619278517639096600e+03),
                             LIT(3.36093607810698293419e+02)};
static const NUMBER rp1[] = {-LIT(8.99971225705559398224e+08), LIT(4.52228297998194034323e+11),
                             -LIT(7.27494245221818276015e+13), LIT(3.68295732863852883286e+15)};
static const NUMBER rq1[] = {LIT(6.20836478118054335476e+02), LIT(2.56987256757748830383e+05),
                             LIT(8.35146791431949253037e+07), LIT(2.21511595479792499675e+10),
                             LIT(4.74914122079991414898e+12), LIT(7.84369607876235854894e+14),
                             LIT(8.95222336184627338078e+16), LIT(5.32278620332680085395e+18)};
static const NUMBER yp0[] = {LIT(1.55924367855235737965e+04), -LIT(1.46639295903971606143e+07),
                             LIT(5.43526477051876500413e+09), -LIT(9.82136065717911466409e+11),
                             LIT(8.75906394395366999549e+13), -LIT(3.46628303384729719441e+15),
                             LIT(4.42733268572569800351e+16), -LIT(1.84950800436986690637e+16)};
static const NUMBER yq0[] = {LIT(1.04128353664259848412e+03), LIT(6.26107330137134956842e+05),
                             LIT(2.68919633393814121987e+08), LIT(8.64002487103935000337e+10),
                             LIT(2.02979612750105546709e+13), LIT(3.17157752842975028269e+15),
                             LIT(2.50596256172653059228e+17)};
static const NUMBER yp1[] = {LIT(1.26320474790178026440e+09), -LIT(6.47355876379160291031e+11),
                             LIT(1.14509511541823727583e+14), -LIT(8.12770255501325109621e+15),
                             LIT(2.02439475713594898196e+17), -LIT(7.78877196265950026825e+17)};
static const NUMBER yq1[] = {LIT(5.94301592346128195359e+02), LIT(2.35564092943068577943e+05),
                             LIT(7.34811944459721705660e+07), LIT(1.87601316108706159478e+10),
                             LIT(3.88231277496238566008e+12), LIT(6.20557727146953693363e+14),
                             LIT(6.87141087355300489866e+16), LIT(3.97270608116560655612e+18)};

// c[0] is the coefficient of the highest power.
static NUMBER horner(const NUMBER *c, uint32_t count, NUMBER x)
{
    NUMBER sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum = sum * x + c[i];
    }
    return sum;
}

// Above 5: with p and q of 25 / x^2, the cosine and sine of x - phase, each times the other's
// factor.
typedef struct far_terms {
    NUMBER p, q, cosine, sine, scale;
} far_terms;

static far_terms far(NUMBER x, bool is_order_1)
{
    const NUMBER phase = is_order_1 ? LIT(2.356194490192344928846982537459627163)
                                    : LIT(0.785398163397448309615660845819875721);
    const NUMBER t = is_order_1 ? LIT(5.0) / x * (LIT(5.0) / x) : LIT(25.0) / (x * x);
    return (far_terms){.p = is_order_1 ? horner(pp1, 7, t) / horner(pq1, 7, t)
                                       : horner(pp0, 7, t) / horner(pq0, 7, t),
                       .q = LIT(5.0) / x *
                            (is_order_1 ? horner(qp1, 8, t) / horner(qq1, 7, t)
                                        : horner(qp0, 8, t) / horner(qq0, 7, t)),
                       .cosine = FN(cos)(x - phase),
                       .sine = FN(sin)(x - phase),
                       .scale = LIT(0.797884560802865355879892119868763737) / FN(sqrt)(x)};
}

NUMBER FN(bessel_j0)(NUMBER x)
{
    const NUMBER a = FN(magnitude)(x);
    const NUMBER z = a * a;
    if (a < LIT(0.00001)) {
        return LIT(1.0) - z / LIT(4.0);
    }
    if (a <= LIT(5.0)) {
        return (z - LIT(5.78318596294678452118)) * (z - LIT(30.4712623436620863991)) *
               horner(rp0, 4, z) / horner(rq0, 8, z);
    }
    const far_terms t = far(a, false);
    return (t.p * t.cosine - t.q * t.sine) * t.scale;
}

NUMBER FN(bessel_j1)(NUMBER x)
{
    const NUMBER a = FN(magnitude)(x);
    const NUMBER z = a * a;
    NUMBER value;
    if (a <= LIT(5.0)) {
        value = horner(rp1, 4, z) / horner(rq1, 8, z) * a * (z - LIT(14.6819706421238932572)) *
                (z - LIT(49.2184563216946036703));
    } else {
        const far_terms t = far(a, true);
        value = (t.p * t.cosine - t.q * t.sine) * t.scale;
    }
    return x < LIT(0.0) ? -value : value;
}

static const NUMBER two_over_pi = LIT(0.636619772367581343075535053490057448);

NUMBER FN(bessel_y0)(NUMBER x)
{
    if (!(x > LIT(0.0))) {
        return x == LIT(0.0) ? -FN(infinity)() : FN(nan)();
    }
    if (x <= LIT(5.0)) {
        const NUMBER z = x * x;
        return horner(yp0, 8, z) / horner(yq0, 7, z) + two_over_pi * FN(log)(x) * FN(bessel_j0)(x);
    }
    const far_terms t = far(x, false);
    return (t.p * t.sine + t.q * t.cosine) * t.scale;
}

NUMBER FN(bessel_y1)(NUMBER x)
{
    if (!(x > LIT(0.0))) {
        return x == LIT(0.0) ? -FN(infinity)() : FN(nan)();
    }
    if (x <= LIT(5.0)) {
        const NUMBER z = x * x;
        return x * (horner(yp1, 6, z) / horner(yq1, 8, z)) +
               two_over_pi * (FN(bessel_j1)(x) * FN(log)(x) - LIT(1.0) / x);
    }
    const far_terms t = far(x, true);
    return (t.p * t.sine + t.q * t.cosine) * t.scale;
}

// sin(x) / x
NUMBER FN(spherical_j0)(NUMBER x)
{
    if (FN(magnitude)(x) == FN(infinity)()) {
        return LIT(0.0);
    }
    if (FN(magnitude)(x) < LIT(0.5)) {
        const NUMBER z = x * x;
        return LIT(1.0) + z * (-LIT(1.0) / LIT(6.0) +
                               z * (LIT(1.0) / LIT(120.0) +
                                    z * (-LIT(1.0) / LIT(5040.0) +
                                         z * (LIT(1.0) / LIT(362880.0) +
                                              z * (-LIT(1.0) / LIT(39916800.0) +
                                                   z * (LIT(1.0) / LIT(6227020800.0)))))));
    }
    return FN(sin)(x) / x;
}
