// SPDX-License-Identifier: BSD-3-Clause
// Modified Bessel functions of the second kind and the function of Airy, for one type: included
// with NUMBER, FN(f) and LIT(v), the type, the function f on it and a number of it.
//
// Source  Cephes, in the form and the order of evaluation of PyTorch's ATen/native/Math.h.

static const NUMBER near_k0[] = {LIT(1.37446543561352307156e-16), LIT(4.25981614279661018399e-14),
                                 LIT(1.03496952576338420167e-11), LIT(1.90451637722020886025e-09),
                                 LIT(2.53479107902614945675e-07), LIT(2.28621210311945178607e-05),
                                 LIT(1.26461541144692592338e-03), LIT(3.59799365153615016266e-02),
                                 LIT(3.44289899924628486886e-01), -LIT(5.35327393233902768720e-01)};
static const NUMBER far_k0[] = {LIT(5.30043377268626276149e-18), -LIT(1.64758043015242134646e-17),
                                LIT(5.21039150503902756861e-17), -LIT(1.67823109680541210385e-16),
                                LIT(5.51205597852431940784e-16), -LIT(1.84859337734377901440e-15),
                                LIT(6.34007647740507060557e-15), -LIT(2.22751332699166985548e-14),
                                LIT(8.03289077536357521100e-14), -LIT(2.98009692317273043925e-13),
                                LIT(1.14034058820847496303e-12), -LIT(4.51459788337394416547e-12),
                                LIT(1.85594911495471785253e-11), -LIT(7.95748924447710747776e-11),
                                LIT(3.57739728140030116597e-10), -LIT(1.69753450938905987466e-09),
                                LIT(8.57403401741422608519e-09), -LIT(4.66048989768794782956e-08),
                                LIT(2.76681363944501510342e-07), -LIT(1.83175552271911948767e-06),
                                LIT(1.39498137188764993662e-05), -LIT(1.28495495816278026384e-04),
                                LIT(1.56988388573005337491e-03), -LIT(3.14481013119645005427e-02),
                                LIT(2.44030308206595545468e+00)};
static const NUMBER near_k1[] = {-LIT(7.02386347938628759343e-18), -LIT(2.42744985051936593393e-15),
                                 -LIT(6.66690169419932900609e-13), -LIT(1.41148839263352776110e-10),
                                 -LIT(2.21338763073472585583e-08), -LIT(2.43340614156596823496e-06),
                                 -LIT(1.73028895751305206302e-04), -LIT(6.97572385963986435018e-03),
                                 -LIT(1.22611180822657148235e-01), -LIT(3.53155960776544875667e-01),
                                 LIT(1.52530022733894777053e+00)};
static const NUMBER far_k1[] = {-LIT(5.75674448366501715755e-18), LIT(1.79405087314755922667e-17),
                                -LIT(5.68946255844285935196e-17), LIT(1.83809354436663880070e-16),
                                -LIT(6.05704724837331885336e-16), LIT(2.03870316562433424052e-15),
                                -LIT(7.01983709041831346144e-15), LIT(2.47715442448130437068e-14),
                                -LIT(8.97670518232499435011e-14), LIT(3.34841966607842919884e-13),
                                -LIT(1.28917396095102890680e-12), LIT(5.13963967348173025100e-12),
                                -LIT(2.12996783842756842877e-11), LIT(9.21831518760500529508e-11),
                                -LIT(4.19035475934189648750e-10), LIT(2.01504975519703286596e-09),
                                -LIT(1.03457624656780970260e-08), LIT(5.74108412545004946722e-08),
                                -LIT(3.50196060308781257119e-07), LIT(2.40648494783721712015e-06),
                                -LIT(1.93619797416608296024e-05), LIT(1.95215518471351631108e-04),
                                -LIT(2.85781685962277938680e-03), LIT(1.03923736576817238437e-01),
                                LIT(2.72062619048444266945e+00)};
static const NUMBER an[] = {LIT(3.46538101525629032477e-01), LIT(1.20075952739645805542e+01),
                            LIT(7.62796053615234516538e+01), LIT(1.68089224934630576269e+02),
                            LIT(1.59756391350164413639e+02), LIT(7.05360906840444183113e+01),
                            LIT(1.40264691163389668864e+01), LIT(9.99999999999999995305e-01)};
static const NUMBER ad[] = {LIT(5.67594532638770212846e-01), LIT(1.47562562584847203173e+01),
                            LIT(8.45138970141474626562e+01), LIT(1.77318088145400459522e+02),
                            LIT(1.64234692871529701831e+02), LIT(7.14778400825575695274e+01),
                            LIT(1.40959135607834029598e+01), LIT(1.00000000000000000470e+00)};
static const NUMBER afn[] = {-LIT(1.31696323418331795333e-01), -LIT(6.26456544431912369773e-01),
                             -LIT(6.93158036036933542233e-01), -LIT(2.79779981545119124951e-01),
                             -LIT(4.91900132609500318020e-02), -LIT(4.06265923594885404393e-03),
                             -LIT(1.59276496239262096340e-04), -LIT(2.77649108155232920844e-06),
                             -LIT(1.67787698489114633780e-08)};
static const NUMBER afd[] = {LIT(1.33560420706553243746e+01), LIT(3.26825032795224613948e+01),
                             LIT(2.67367040941499554804e+01), LIT(9.18707402907259625840e+00),
                             LIT(1.47529146771666414581e+00), LIT(1.15687173795188044134e-01),
                             LIT(4.40291641615211203805e-03), LIT(7.54720348287414296618e-05),
                             LIT(4.51850092970580378464e-07)};
static const NUMBER agn[] = {LIT(1.97339932091685679179e-02), LIT(3.91103029615688277255e-01),
                             LIT(1.06579897599595591108e+00), LIT(9.39169229816650230044e-01),
                             LIT(3.51465656105547619242e-01), LIT(6.33888919628925490927e-02),
                             LIT(5.85804113048388458567e-03), LIT(2.82851600836737019778e-04),
                             LIT(6.98793669997260967291e-06), LIT(8.11789239554389293311e-08),
                             LIT(3.41551784765923618484e-10)};
static const NUMBER agd[] = {LIT(9.30892908077441974853e+00), LIT(1.98352928718312140417e+01),
                             LIT(1.55646628932864612953e+01), LIT(5.47686069422975497931e+00),
                             LIT(9.54293611618961883998e-01), LIT(8.64580826352392193095e-02),
                             LIT(4.12656523824222607191e-03), LIT(1.01259085116509135510e-04),
                             LIT(1.17166733214413521882e-06), LIT(4.91834570062930015649e-09)};

static NUMBER chebyshev_sum(const NUMBER *c, uint32_t count, NUMBER x)
{
    NUMBER p = 0;
    NUMBER q = 0;
    NUMBER sum = c[0];
    for (uint32_t i = 1; i < count; i++) {
        p = q;
        q = sum;
        sum = x * q - p + c[i];
    }
    return LIT(0.5) * (sum - p);
}

// K of this order, or (is_scaled) that times exp(x).
static NUMBER second_kind(NUMBER x, bool is_order_1, bool is_scaled)
{
    if (!(x > LIT(0.0))) {
        return x == LIT(0.0) ? FN(infinity)() : FN(nan)();
    }
    if (x > LIT(2.0)) {
        const NUMBER sum = chebyshev_sum(is_order_1 ? far_k1 : far_k0, 25, LIT(8.0) / x - LIT(2.0));
        return (is_scaled ? sum : FN(exp)(-x) * sum) / FN(sqrt)(x);
    }
    const NUMBER z = x * x - LIT(2.0);
    const NUMBER log_half = FN(log)(LIT(0.5) * x);
    const NUMBER value = is_order_1 ? log_half * FN(i1)(x) + chebyshev_sum(near_k1, 11, z) / x
                                    : chebyshev_sum(near_k0, 10, z) - log_half * FN(i0)(x);
    return is_scaled ? value * FN(exp)(x) : value;
}

NUMBER FN(bessel_k0)(NUMBER x)
{
    return second_kind(x, false, false);
}

NUMBER FN(bessel_k1)(NUMBER x)
{
    return second_kind(x, true, false);
}

NUMBER FN(bessel_k0e)(NUMBER x)
{
    return second_kind(x, false, true);
}

NUMBER FN(bessel_k1e)(NUMBER x)
{
    return second_kind(x, true, true);
}

// c[0] is the coefficient of the highest power.
static NUMBER horner(const NUMBER *c, uint32_t count, NUMBER x)
{
    NUMBER sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum = sum * x + c[i];
    }
    return sum;
}

static const NUMBER root_of_pi_inverse = LIT(0.564189583547756286948);

// Below -2.09: the phase is 2/3 |x|^(3/2) + pi/4.
static NUMBER airy_far_below(NUMBER x)
{
    const NUMBER root = FN(sqrt)(-x);
    const NUMBER zeta = -LIT(2.0) * x * root / LIT(3.0);
    const NUMBER z = LIT(1.0) / zeta;
    const NUMBER u = z * z;
    const NUMBER even = LIT(1.0) + u * horner(afn, 9, u) / horner(afd, 9, u);
    const NUMBER odd = z * horner(agn, 11, u) / horner(agd, 10, u);
    const NUMBER t = zeta + LIT(0.25) * LIT(3.14159265358979323846);
    return root_of_pi_inverse / FN(sqrt)(root) * (FN(sin)(t) * even - FN(cos)(t) * odd);
}

static NUMBER airy_far_above(NUMBER x)
{
    const NUMBER root = FN(sqrt)(x);
    const NUMBER zeta = LIT(2.0) * x * root / LIT(3.0);
    const NUMBER z = LIT(1.0) / zeta;
    return root_of_pi_inverse * (horner(an, 8, z) / horner(ad, 8, z)) /
           (LIT(2.0) * FN(sqrt)(root) * FN(exp)(zeta));
}

// Two power series; the terms fall below those of f by this.
static NUMBER airy_near(NUMBER x)
{
    const NUMBER z = x * x * x;
    NUMBER f = 1;
    NUMBER g = x;
    NUMBER m = 1;
    NUMBER n = x;
    NUMBER k = 1;
    for (NUMBER step = 1; step > EPSILON;) {
        m *= z / (k + 1) / (k + 2);
        n *= z / (k + 2) / (k + 3);
        k += 3;
        f += m;
        g += n;
        step = FN(magnitude)(m / f);
    }
    return LIT(0.355028053887817239260) * f - LIT(0.258819403792806798405) * g;
}

NUMBER FN(airy_ai)(NUMBER x)
{
    if (FN(magnitude)(x) == FN(infinity)()) {
        return FN(nan)();
    }
    if (x > LIT(103.892)) {
        return LIT(0.0);
    }
    if (x < -LIT(2.09)) {
        return airy_far_below(x);
    }
    return x >= LIT(2.09) ? airy_far_above(x) : airy_near(x);
}
