/* Part of the kernel source that each level compiles: exponential functions of whole vectors.
 *
 * Both write x = n·ln 2 + r with |r| ≤ ln 2 / 2 and e^r = 1 + r + r²·q(r). The coefficients of q
 * interpolate (e^r − 1 − r)/r² at Chebyshev nodes of that range. Adding and subtracting 1.5·2²³
 * (1.5·2⁵²) rounds to a whole number, which then stands in the low bits. */

/* e^x within about 1 ulp; 0 below the least subnormal, infinity above the range, NaN for NaN. */
INLINE vf exp_float(vf x)
{
    const float round = 0x1.8p23f;
    x = x < -104.0f ? (vf)-104.0f : x;
    x = x > 89.0f ? (vf)89.0f : x;
    vf shifted = x * 0x1.715476p0f + round;
    vf n = shifted - round;
    vi power = (vi)shifted - 0x4B400000;
    vf r = x - n * 0x1.62ep-1f;
    r = r - n * 0x1.0bfbe8p-15f;
    vf q = (vf)0x1.a124f2p-13f;
    q = q * r + 0x1.6d4324p-10f;
    q = q * r + 0x1.1110e0p-7f;
    q = q * r + 0x1.5554e8p-5f;
    q = q * r + 0x1.555556p-3f;
    q = q * r + 0.5f;
    vf result = r * r * q + r + 1.0f;
    /* In two factors, as 2^power alone may lie outside the normal numbers. */
    vi first = power >> 1;
    vi second = power - first;
    return result * (vf)((first + 127) << 23) * (vf)((second + 127) << 23);
}

/* e^x for x ≤ 0 within 1e-15 relative; 0 below −708, where it is less than 4e-308. */
INLINE vd exp_double(vd x)
{
    const double round = 0x1.8p52;
    vl vanishes = x < -708.0;
    x = vanishes ? (vd)-708.0 : x;
    vd shifted = x * 0x1.71547652b82fep0 + round;
    vd n = shifted - round;
    vl power = (vl)shifted - 0x4338000000000000;
    vd r = x - n * 0x1.62e42fefap-1;
    r = r - n * 0x1.cf79abc9e3b3ap-40;
    vd q = (vd)0x1.af38a9b0ec855p-26;
    q = q * r + 0x1.289185613a3d6p-22;
    q = q * r + 0x1.71de0dae63bb3p-19;
    q = q * r + 0x1.a019b90d2ae7ap-16;
    q = q * r + 0x1.a01a01a7c41d5p-13;
    q = q * r + 0x1.6c16c1788bd90p-10;
    q = q * r + 0x1.11111111109b3p-7;
    q = q * r + 0x1.5555555553d63p-5;
    q = q * r + 0x1.5555555555556p-3;
    q = q * r + 0.5;
    vd result = r * r * q + r + 1.0;
    result = result * (vd)((power + 1023) << 52);
    return vanishes ? (vd)0.0 : result;
}

/* erfc(z) for z ≥ 0 within 1e-12 relative: e^(−z²) times a polynomial in (z − 3)/(z + 3), which
 * interpolates erfc(z)·e^(z²) at Chebyshev nodes. */
INLINE vd erfc_double(vd z)
{
    static const double c[] = {
        0x1.6e9827d22a159p-3, -0x1.4e102b9cf9903p-2, 0x1.f6ff2040d923ap-3,
        -0x1.336ffbee446d9p-3, 0x1.258b13ba0c79cp-4, -0x1.8fa58f3959220p-6,
        0x1.17c831d258423p-8, 0x1.7310b7c6f1958p-11, -0x1.3906f651b9ac7p-11,
        0x1.7b7238fd6a42bp-15, 0x1.0c85b9eea3fbep-14, -0x1.ad81349d81fb7p-17,
        -0x1.08f5f912e3bf9p-17, 0x1.0fbb7b8f9d373p-19, 0x1.30824ff1e169ap-20,
        -0x1.c924515a7b09ap-23, -0x1.1b8747d39001ep-23,
    };
    z = z > 26.0 ? (vd)26.0 : z;
    vd t = (z - 3.0) / (z + 3.0);
    vd p = (vd)c[16];
    for (int i = 15; i >= 0; i--) p = p * t + c[i];
    return p * exp_double(-(z * z));
}
