const FORM = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STAGES: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };

/** Kubernetes' order of versions: v10, v2, v1, v11beta2, v10beta3, v3beta1, v12alpha1, then others by name; positive when `a` is before (k8s: apimachinery/pkg/version). */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [FORM.exec(a), FORM.exec(b)];
  if (x === null || y === null) return x !== null ? 1 : y !== null ? -1 : a < b ? 1 : a > b ? -1 : 0;
  const stage = (m: RegExpExecArray): number => (m[2] === undefined ? 2 : (STAGES[m[2]] ?? 0));
  return stage(x) - stage(y) || Number(x[1]) - Number(y[1]) || Number(x[3] ?? 0) - Number(y[3] ?? 0);
}
