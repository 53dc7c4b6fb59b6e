import { flagRows, type FlagRow } from "./row.ts";

/** The flags of what prints an object: `line` makes or names one of the kind, after `first`. */
export const printing = (command: string, line: string, kind: string, first = ""): readonly FlagRow[] =>
  flagRows(command, line, {
    "output=jsonpath='<{.kind}>'": { first, shows: `<${kind}>` },
    "template='<{{.kind}}>'": { first, on: `${line} -o go-template`, shows: `<${kind}>` },
    "allow-missing-template-keys=false": { first, on: `${line} -o jsonpath='{.nothing}'`, shows: "nothing is not found" },
  });

/** The flags of what changes an object on the server. */
export const changing = (command: string, line: string, kind: string, first: string): readonly FlagRow[] => [
  ...printing(command, line, kind, first),
  ...flagRows(command, line, {
    "dry-run=client": { first, shows: "(dry run)" },
    "dry-run=server": { first, shows: "(server dry run)" },
    "show-managed-fields": { first, on: `${line} -o yaml`, shows: "managedFields:" },
  }),
];
export const fieldManager = (command: string, line: string, first: string): readonly FlagRow[] =>
  flagRows(command, line, { "field-manager=ann": { first, on: `${line} -o yaml --show-managed-fields`, shows: "manager: ann" } });

/** -f, -k and -R: `line` does something to what they name, and says so of each with its name. */
export const filing = (command: string, line: string, first: string, only: readonly string[] = []): readonly FlagRow[] =>
  flagRows(command, line, {
    "filename=a.yaml": { first, shows: "$N" },
    "kustomize=.": { first, shows: "$N" },
    recursive: { first, on: `${line} -f tree`, shows: "$N-deep" },
  }).filter(({ flag }) => only.length === 0 || only.includes(flag));
