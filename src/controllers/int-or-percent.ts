/** A number as it is, a percentage of `total` rounded up or down (k8s: intstr.GetScaledValueFromIntOrPercent). */
export function scaled(value: number | string | undefined, total: number, roundUp: boolean): number {
  if (value === undefined) return 0;
  if (typeof value === "number") return value;
  const exact = (parseInt(value, 10) * total) / 100;
  return roundUp ? Math.ceil(exact) : Math.floor(exact);
}
