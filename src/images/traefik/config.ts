import { parse } from "yaml";
import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";

type Tree = { readonly [key: string]: Tree | string };

/** `--entrypoints.web.address=:80` and traefik.yml say the same: paths in lower case, and what they are set to. */
export function staticConfig(proc: ProcessContext): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const flatten = (prefix: string, value: unknown): void => {
    if (typeof value !== "object" || value === null) return void settings.set(prefix, String(value ?? "true"));
    const entries = Object.entries(value as Tree);
    if (entries.length === 0) settings.set(prefix, "true");
    for (const [key, inner] of entries) flatten(prefix === "" ? key.toLowerCase() : `${prefix}.${key.toLowerCase()}`, inner);
  };
  const flags = proc.argv.slice(1).flatMap((word) => {
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    return match ? [[(match[1] as string).toLowerCase(), match[2] ?? "true"] as const] : [];
  });
  const file = flags.find(([name]) => name === "configfile")?.[1];
  const text =
    file === undefined
      ? (readIfThere(proc, "/etc/traefik/traefik.yml") ?? readIfThere(proc, "/etc/traefik/traefik.yaml"))
      : readIfThere(proc, file);
  if (text !== undefined) flatten("", parse(text) ?? {});
  for (const [name, value] of flags) settings.set(name, value);
  return settings;
}

export interface Router {
  readonly name: string;
  readonly rule: string;
  readonly service: string;
  readonly entryPoints: readonly string[];
}
export interface Dynamic {
  /** The longest rule first, as priorities go by default. */
  readonly routers: readonly Router[];
  readonly services: Readonly<Record<string, readonly string[]>>;
}

interface DynamicFile {
  readonly http?: {
    readonly routers?: Readonly<
      Record<
        string,
        { readonly rule?: string; readonly service?: string; readonly entryPoints?: readonly string[]; readonly middlewares?: unknown }
      >
    >;
    readonly services?: Readonly<Record<string, { readonly loadBalancer?: { readonly servers?: readonly { readonly url: string }[] } }>>;
  };
}

/** Routers and services of a file provider; a router with middlewares is left out and named. */
export function dynamicConfig(text: string, refuse: (what: string) => void): Dynamic {
  const { http = {} } = (parse(text) ?? {}) as DynamicFile;
  const routers = Object.entries(http.routers ?? {}).flatMap(([name, { rule = "", service = "", entryPoints = [], middlewares }]) => {
    if (middlewares === undefined) return [{ name, rule, service, entryPoints }];
    refuse(`middlewares of router ${name}`);
    return [];
  });
  const services = Object.entries(http.services ?? {}).map(
    ([name, { loadBalancer }]) => [name, (loadBalancer?.servers ?? []).map(({ url }) => url)] as const,
  );
  return { routers: routers.toSorted((a, b) => b.rule.length - a.rule.length), services: Object.fromEntries(services) };
}

/** Host(`a`) && PathPrefix(`/b`) || Path(`/c`): whether a request is meant; undefined: a rule that is not done. */
export function matchesRule(rule: string, host: string, path: string, method: string): boolean | undefined {
  let known = true;
  const outcome = rule.split("||").some((part) =>
    part.split("&&").every((condition) => {
      const match = /^\s*(!?)\s*(Host|PathPrefix|Path|Method)\((.*)\)\s*$/s.exec(condition);
      if (!match) {
        known = false;
        return false;
      }
      const [, not, kind, inside = ""] = match;
      const values = [...inside.matchAll(/[`"']([^`"']*)[`"']/g)].map((m) => m[1] as string);
      const hit = values.some((value) =>
        kind === "Host"
          ? value.toLowerCase() === host
          : kind === "Path"
            ? value === path
            : kind === "Method"
              ? value === method
              : path.startsWith(value),
      );
      return not === "!" ? !hit : hit;
    }),
  );
  return known ? outcome : undefined;
}
