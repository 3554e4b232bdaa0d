// The complementary error function in double precision: `s_erf.c` of fdlibm (Sun Microsystems, 1993; freely usable with this notice), whose
// error is below one unit in the last place. The coefficients are its rational approximations on five ranges.

type Coefficients = readonly number[]

/** erf(x) = x + x·P(x²)/Q(x²) for |x| < 0.84375. */
const nearZero: Rational = {
  over: [
    1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
    -5.77027029648944159157e-3, -2.37630166566501626084e-5,
  ],
  under: [
    1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
    1.32494738004321644526e-4, -3.9602282787753681232e-6,
  ],
}

/** erf(x) = base + P(x - 1)/Q(x - 1) for 0.84375 <= x < 1.25. */
const nearOne: Rational = {
  over: [
    -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
    3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2,
    -2.166375594868790843e-3,
  ],
  under: [
    1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
    1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
  ],
}
const base = 8.45062911510467529297e-1

/** erfc(x) = exp(-x² - 0.5625 + R(1/x²)/S(1/x²)) / x for 1.25 <= x < 1/0.35. */
const middle: Rational = {
  over: [
    -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
    -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
    -8.12874355063065934246e1, -9.81432934416914548592,
  ],
  under: [
    1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
    4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
  ],
}

/** The same for 1/0.35 <= x < 28. */
const far: Rational = {
  over: [
    -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
    -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
    -4.83519191608651397019e2,
  ],
  under: [
    1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
    2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
  ],
}

interface Rational {
  readonly over: Coefficients
  readonly under: Coefficients
}

function polynomial(coefficients: Coefficients, x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)
}

function valueOf({ over, under }: Rational, x: number): number {
  return polynomial(over, x) / polynomial(under, x)
}

/** `1 - erf(x)`, with full relative precision in the tail. */
export function erfc(x: number): number {
  if (x < 0) return -x < 0.84375 ? 1 - erfNearZero(x) : 2 - erfc(-x)
  if (x < 0.84375) return x < 0.25 ? 1 - erfNearZero(x) : 0.5 - (x - 0.5 + x * valueOf(nearZero, x * x))
  if (x < 1.25) return 1 - base - valueOf(nearOne, x - 1)
  if (Number.isNaN(x)) return NaN
  return x < 28 ? tail(x) : 0
}

function erfNearZero(x: number): number {
  return x + x * valueOf(nearZero, x * x)
}

/** `exp(-x²)` as the product of two exponentials, so that the rounding of `x²` does not grow: the square of a single is exact. */
function tail(x: number): number {
  const single = Math.fround(x)
  const ratio = valueOf(x < 1 / 0.35 ? middle : far, 1 / (x * x))
  return (Math.exp(-single * single - 0.5625) * Math.exp((single - x) * (single + x) + ratio)) / x
}
