/** Pi to so many digits in all, the last one rounded, as Math::BigFloat's bpi gives it; Machin's formula in whole numbers. */
export function pi(digits: number): string {
  const guard = 10n;
  const unit = 10n ** (BigInt(digits) + guard);
  const arctangent = (x: bigint): bigint => {
    let power = unit / x;
    let sum = power;
    for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
      power /= x * x;
      sum += (sign * power) / n;
    }
    return sum;
  };
  const scaled = 4n * (4n * arctangent(5n) - arctangent(239n));
  const cut = 10n ** (guard + 1n);
  const rounded = ((scaled + cut / 2n) / cut).toString();
  return digits <= 1 ? rounded : `${rounded.charAt(0)}.${rounded.slice(1)}`;
}
