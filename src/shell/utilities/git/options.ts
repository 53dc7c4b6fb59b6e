import { GitError } from "./objects.ts";

/** Which options a command has: letters and names to what they are called; those with "=" take a value. */
export type Options = Readonly<Record<string, string>>;

export interface Parsed {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Operands before "--", and after it. */
  readonly operands: readonly string[];
  readonly paths: readonly string[];
}

/**
 * Reads a command's options anywhere among its operands, as git does. `options`: "-m=" and "--message=" to "message"; a
 * name that begins with "!" is one that git has and this does not.
 */
export function parseOptions(command: string, args: readonly string[], options: Options): Parsed {
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const queue = [...args];
  const refuse = (option: string): never => {
    throw new GitError(`git ${command}: ${option} is not simulated in Timonel`, 129, "error");
  };
  const set = (name: string, value: string): void => void values.set(name, [...(values.get(name) ?? []), value]);
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg === "--") return { flags, values, operands, paths: queue };
    if (!arg.startsWith("-") || arg === "-") {
      operands.push(arg);
      continue;
    }
    if (arg.startsWith("--")) {
      const [name = "", ...rest] = arg.split("=");
      const valued = options[`${name}=`];
      const plain = options[name];
      if (valued !== undefined) set(valued, rest.length > 0 ? rest.join("=") : (queue.shift() ?? missing(name)));
      else if (plain === undefined) throw new GitError(`unknown option \`${arg.slice(2)}'`, 129, "error");
      else if (plain.startsWith("!")) refuse(name);
      else flags.add(plain);
      continue;
    }
    const number = options["-<n>"];
    if (number !== undefined && /^-\d+$/.test(arg)) {
      set(number, arg.slice(1));
      continue;
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = `-${arg[i]}`;
      const valued = options[`${letter}=`];
      if (valued !== undefined) {
        set(valued, arg.slice(i + 1) || (queue.shift() ?? missing(letter)));
        break;
      }
      const plain = options[letter];
      if (plain === undefined) throw new GitError(`unknown switch \`${arg[i]}'`, 129, "error");
      if (plain.startsWith("!")) refuse(letter);
      flags.add(plain);
    }
  }
  return { flags, values, operands, paths: [] };
}

function missing(option: string): never {
  throw new GitError(
    `${option.startsWith("--") ? `option \`${option.slice(2)}'` : `switch \`${option.slice(1)}'`} requires a value`,
    129,
    "error",
  );
}
