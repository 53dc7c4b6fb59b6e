/** A case of one flag of one command: what `kubectl` shows with it, and does not show without it. */
export interface FlagRow {
  /** "create deployment"; "" for the flags of every command. */
  readonly command: string;
  /** Its name without a value: "replicas". */
  readonly flag: string;
  /** A line of the learner's with the flag; $N in it is a name of its own for every run, PREAMBLE's functions can be called. */
  readonly line: string;
  /** The same without the flag. */
  readonly without: string;
  /** What is shown with the flag, and not without it. */
  readonly shows: string;
}

/**
 * What every line may use. `files web` makes a.yaml, a kustomization.yaml that has it, tree/b.yaml, which is the same, and
 * tree/deep/c.yaml, which is called $N-deep.
 */
export const PREAMBLE = `cm() { printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: %s\\n  labels: {app: %s}\\ndata: {a: %s}\\n' \${1:-$N} $N \${2:-b}; }
web() { printf 'apiVersion: apps/v1\\nkind: Deployment\\nmetadata:\\n  name: %s\\n  labels: {app: %s}\\nspec:\\n  replicas: 0\\n  selector: {matchLabels: {app: %s}}\\n  template:\\n    metadata: {labels: {app: %s}}\\n    spec: {containers: [{name: nginx, image: nginx, env: [{name: OLD, value: "1"}]}, {name: side, image: busybox}]}\\n' \${1:-$N} $N $N $N; }
svc() { printf 'apiVersion: v1\\nkind: Service\\nmetadata:\\n  name: %s\\n  labels: {app: %s}\\nspec:\\n  selector: {app: %s}\\n  ports: [{port: 80}]\\n' \${1:-$N} $N $N; }
bind() { printf 'apiVersion: rbac.authorization.k8s.io/v1\\nkind: RoleBinding\\nmetadata:\\n  name: %s\\n  labels: {app: %s}\\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\\n' \${1:-$N} $N; }
pod() { printf 'apiVersion: v1\\nkind: Pod\\nmetadata:\\n  name: %s\\n  labels: {app: %s}\\nspec:\\n  terminationGracePeriodSeconds: 1\\n  containers: [{name: nginx, image: nginx}]\\n' \${1:-$N} $N; }
files() { $1 > a.yaml; echo 'resources: [a.yaml]' > kustomization.yaml; mkdir -p tree/deep; $1 > tree/b.yaml; $1 $N-deep > tree/deep/c.yaml; }
`;

/** How the flags of a command are told in a table: the flag as it is typed, and what shows it. */
export type FlagCases = Readonly<Record<string, string | FlagCase>>;
interface FlagCase {
  /** Shown with the flag alone. */
  readonly shows?: string;
  /** Shown without the flag alone. */
  readonly hides?: string;
  /** Another line than that of the command; the flag stands at {}, or at the end. */
  readonly on?: string;
  /** Run before the line, and after it to see what it has done. */
  readonly first?: string;
  readonly then?: string;
  /** What is typed in the flag's place by who leaves it out. */
  readonly or?: string;
}

/** Rows of a command: `line` is what is typed where a case has no line of its own; in both the flag stands at {}, or at the end. */
export function flagRows(command: string, line: string, cases: FlagCases): readonly FlagRow[] {
  return Object.entries(cases).map(([typed, told]) => {
    const { shows, hides, on = line, first = "", then = "", or = "" } = typeof told === "string" ? ({ shows: told } as FlagCase) : told;
    const flag = /^[\w-]+/.exec(typed)?.[0] ?? "";
    const full = (middle: string): string =>
      [first, on.includes("{}") ? on.replace("{}", middle) : `${on} ${middle}`.trimEnd(), then].filter((part) => part !== "").join("; ");
    const [given, left] = [full(`--${typed}`), full(or)];
    // What the flag hides is shown by the line without it.
    return hides === undefined
      ? { command, flag, line: given, without: left, shows: shows as string }
      : { command, flag, line: left, without: given, shows: hides };
  });
}
